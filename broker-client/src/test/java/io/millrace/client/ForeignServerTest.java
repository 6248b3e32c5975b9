package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that connects to the port of another server. */
class ForeignServerTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  /** Connects to a server that answers the Hello with these bytes. */
  private static MillraceException failure(byte[] answer, boolean close) throws Exception {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread server =
          new Thread(
              () -> {
                try (Socket socket = port.accept()) {
                  socket.getInputStream().read();
                  socket.getOutputStream().write(answer);
                  if (!close) {
                    socket.getInputStream().readAllBytes();
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      server.start();
      MillraceException failure =
          BrokerTest.thrownBy(
              () ->
                  MillraceClient.builder()
                      .server("127.0.0.1:" + port.getLocalPort())
                      .connectTimeout(LONG)
                      .build());
      server.join(LONG.toMillis());
      assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
      assertThat(failure)
          .hasMessageStartingWith("no connection to the broker at 127.0.0.1:")
          .hasMessageEndingWith("check that the broker runs and that the address is right");
      assertThat(failure.getMessage()).doesNotContain("\n", "\r", "\u001b");
      return failure;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "HTTP/1.1 400 Bad Request\\r\\n|the port speaks HTTP; a broker has its own port, 9710",
        "SSH-2.0-OpenSSH_9.6\\r\\n|the port speaks SSH",
        "\u0015\u0003\u0001\\0\u0002\u0002F|the port speaks TLS",
        "\u0015\u0003\u0003\\0\u0002\u0002F|the port speaks TLS",
        "220 mail\u001b[2J ESMTP\\r\\n|it answered '220 mail?[2J ESMTP??'",
        "J\\0\\0\\0\\n8.0.36 this is a greeting of a database, as long as its first bytes say it is"
            + "|the port does not speak the protocol of Millrace"
      })
  void isNamed(String answer, String expected) throws Exception {
    byte[] bytes =
        answer
            .replace("\\r", "\r")
            .replace("\\n", "\n")
            .replace("\\0", "\0")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(failure(bytes, false)).hasMessageContaining(expected);
  }

  @Test
  void frameThatCannotAnswerHelloIsNotWaitedFor() throws Exception {
    byte[] twoMegabytes = {0, 0, 0x20, 0};
    assertThat(failure(twoMegabytes, false))
        .hasMessageContaining("the port is not that of a Millrace broker");
  }

  @Test
  void portThatClosesTheConnectionSaysSo() throws Exception {
    assertThat(failure(new byte[0], true)).hasMessageContaining("closed");
  }
}
