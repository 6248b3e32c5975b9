package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that stop sending and stay open: after half a HELLO, after a whole one, and after a
 * subscription whose events are not read. The broker closes them, and keeps none of their
 * resources.
 */
class SilentConnectionsTest {

  private static final int OF_EACH = 60;
  private static final int EVENTS = 64;
  private static final int EVENT_BYTES = 64 * 1024;

  @TempDir Path directory;

  @Test
  void areClosedAndLeaveNoFilesOrThreads() throws Exception {
    try (EndToEndBroker broker =
        EndToEndBroker.start(
            directory,
            "--set",
            "connections.handshakeTimeout=3s",
            "--set",
            "connections.idleTimeout=3s",
            "--set",
            "connections.writeStallTimeout=1s")) {
      UUID topic = fill(broker);
      openSilentConnections(broker, topic, 2);
      long files = broker.openFiles();
      long threads = broker.threads();

      openSilentConnections(broker, topic, OF_EACH);

      await()
          .atMost(JavaProcess.LIMIT)
          .untilAsserted(
              () -> {
                assertThat(broker.openFiles()).isLessThanOrEqualTo(files + 8);
                assertThat(broker.threads()).isLessThanOrEqualTo(threads + 4);
              });
      assertThat(broker.get("/metrics").body()).contains("millrace_connections_unsent_bytes 0.0");
    }
  }

  private static UUID fill(EndToEndBroker broker) {
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      UUID topic = client.admin().createTopic("t", TopicSpec.partitions(1)).id();
      try (Producer producer = client.producer("t").build()) {
        for (int i = 0; i < EVENTS; i++) {
          producer.send(Event.builder().value(new byte[EVENT_BYTES]).build());
        }
      }
      return topic;
    }
  }

  /** Opens {@code ofEach} connections of each kind, and waits until the broker has closed all. */
  private static void openSilentConnections(EndToEndBroker broker, UUID topic, int ofEach)
      throws Exception {
    List<PlainSocketClient> silent = new ArrayList<>();
    List<PlainSocketClient> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < ofEach; i++) {
        PlainSocketClient half = new PlainSocketClient(broker.port());
        silent.add(half);
        half.sendBytes(ByteBuffer.wrap(new byte[] {60, 0, 0, 0, 0, 1, 0, 0, 1, 0}));
        PlainSocketClient whole = new PlainSocketClient(broker.port());
        silent.add(whole);
        whole.hello("silent");
        PlainSocketClient reader = new PlainSocketClient(broker.port());
        deaf.add(reader);
        reader.hello("deaf");
        reader.subscribe(1, topic, 0, 0, 1L << 40);
      }
      for (PlainSocketClient client : silent) {
        readToEnd(client);
      }
      await()
          .atMost(JavaProcess.LIMIT)
          .until(() -> broker.get("/metrics").body().contains("\nmillrace_connections 0.0"));
    } finally {
      for (PlainSocketClient client : silent) {
        client.close();
      }
      for (PlainSocketClient client : deaf) {
        client.close();
      }
    }
  }

  private static void readToEnd(PlainSocketClient client) throws IOException {
    boolean open = true;
    while (open) {
      try {
        assertThat(client.receive().api()).isEqualTo(PlainSocketClient.GO_AWAY);
      } catch (EOFException end) {
        open = false;
      }
    }
  }
}
