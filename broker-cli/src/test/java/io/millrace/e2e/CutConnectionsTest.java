package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The connection between client and broker is cut after a number of bytes, which grows with each
 * cut. No event is lost or duplicated, and the order is kept. {@code -Dmillrace.cut.stepBytes=1}
 * cuts after every byte.
 */
class CutConnectionsTest {

  private static final int EVENTS_PER_CUT = 3;
  private static final int STEP_BYTES = Integer.getInteger("millrace.cut.stepBytes", 7);
  private static final int LAST_CUT_TO_BROKER = 400;
  private static final int LAST_CUT_FROM_BROKER = 100;

  @TempDir Path directory;

  @Test
  void noEventIsLostOrDuplicated() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        FaultProxy proxy = FaultProxy.before(broker.port());
        MillraceClient client =
            MillraceClient.builder()
                .server(proxy.address())
                .connectTimeout(JavaProcess.LIMIT)
                .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(5))
                .build()) {
      client.admin().createTopic("cut", TopicSpec.partitions(1));
      List<String> sent = new ArrayList<>();
      try (Producer producer = client.producer("cut").build()) {
        for (int at = 0; at < LAST_CUT_TO_BROKER; at += STEP_BYTES) {
          proxy.cutToBrokerAfter(at);
          send(producer, sent);
        }
        for (int at = 0; at < LAST_CUT_FROM_BROKER; at += STEP_BYTES) {
          proxy.cutFromBrokerAfter(at);
          send(producer, sent);
        }
        proxy.stopCutting();
      }
      assertThat(proxy.cuts()).as("cuts while producing").isGreaterThan(4);
      assertThat(readWithCuts(client, proxy, sent.size())).isEqualTo(sent);
    }
  }

  private static void send(Producer producer, List<String> sent) throws Exception {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    long first = sent.size();
    for (int i = 0; i < EVENTS_PER_CUT; i++) {
      String value = "value-" + sent.size();
      sent.add(value);
      receipts.add(producer.send(Event.of("k", value)));
    }
    List<Long> offsets = new ArrayList<>();
    for (CompletableFuture<Receipt> receipt : receipts) {
      offsets.add(receipt.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS).offset());
    }
    assertThat(offsets)
        .isEqualTo(IntStream.range(0, EVENTS_PER_CUT).mapToObj(i -> first + i).toList());
  }

  private static List<String> readWithCuts(MillraceClient client, FaultProxy proxy, int count) {
    List<String> read = new ArrayList<>();
    int before = proxy.cuts();
    proxy.cutFromBrokerAfter(1);
    try (Consumer consumer = client.consumer("cut").from(StartPosition.earliest()).build()) {
      int nextCut = STEP_BYTES;
      while (read.size() < count) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(10))) {
          read.add(event.valueAsString());
        }
        if (read.size() < count / 2) {
          proxy.cutFromBrokerAfter(nextCut += STEP_BYTES);
        }
      }
      assertThat(consumer.poll(Duration.ofMillis(200))).as("events that were not sent").isEmpty();
    }
    assertThat(proxy.cuts()).as("cuts while reading").isGreaterThan(before);
    return read;
  }
}
