package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client id is part of the broker's log, and must not look like a line of it. */
class LogLinesTest {

  private static final byte[] NO_FRAME = {-1, -1, -1, -1};

  @TempDir Path directory;

  @Test
  void aClientIdWithNewlinesStaysOnOneLine() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        PlainSocketClient client = new PlainSocketClient(broker.port())) {
      client.hello("me\r\nevent=forged \u001b[2J\u0085\" event=forged");
      client.sendBytes(ByteBuffer.wrap(NO_FRAME));
      assertThat(client.receive().api()).isEqualTo(PlainSocketClient.GO_AWAY);

      assertThat(Files.readString(broker.log()).split("\\R"))
          .noneMatch(line -> line.startsWith("event=forged"))
          .anyMatch(
              line -> line.contains("client=\"me??event=forged ?[2J?\\\" event=forged\" remote="));
    }
  }
}
