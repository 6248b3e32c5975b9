package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.junit.MillraceTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code consume --output json | produce --input json} copies a topic with any events. */
@MillraceTest(topics = {"original", "copy"})
class CopyTopicTest {

  private static final int EVENTS = 2_000;

  @Test
  void everyFieldOfEveryEventIsTheSameInTheCopy(EmbeddedBroker broker, MillraceClient client) {
    long seed = System.nanoTime();
    produceRandomEvents(client, new Random(seed));

    MillraceCommand millrace = new MillraceCommand(broker);
    byte[] json =
        millrace
            .run("consume", "original", "--from=earliest", "--until=end", "--output=json")
            .orFail()
            .stdout();
    millrace.run(json, "produce", "copy", "--input=json").orFail();

    List<ConsumedEvent> originals = broker.events("original");
    List<ConsumedEvent> copies = broker.events("copy");
    assertThat(copies).as("seed %d", seed).hasSameSizeAs(originals).hasSize(EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      assertSame(originals.get(i), copies.get(i), "seed " + seed + ", event " + i);
    }
  }

  private static void produceRandomEvents(MillraceClient client, Random random) {
    try (Producer producer = client.producer("original").source("default-source").build()) {
      for (int i = 0; i < EVENTS; i++) {
        Event.Builder event =
            Event.builder()
                .timestamp(
                    Instant.EPOCH.plus(
                        random.nextLong(-10_000_000_000_000L, 4_000_000_000_000_000L),
                        ChronoUnit.MICROS));
        switch (random.nextInt(4)) {
          case 0 -> event.value(bytes(random, random.nextInt(300)));
          case 1 -> event.value(new byte[0]);
          case 2 -> event.value("naïve \"quoted\" \\ text \u0000 \u2028 " + random.nextInt());
          default -> event.value("plain " + i);
        }
        switch (random.nextInt(3)) {
          case 0 -> event.key(bytes(random, random.nextInt(20)));
          case 1 -> event.key("clé-" + random.nextInt(50));
          default -> {
            // No key.
          }
        }
        if (random.nextBoolean()) {
          event.source("source-" + random.nextInt(30) + "-é");
        }
        for (int h = random.nextInt(4); h > 0; h--) {
          event.header("name-" + random.nextInt(2), bytes(random, random.nextInt(30)));
        }
        producer.send(event.build());
      }
      producer.flush();
    }
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void assertSame(ConsumedEvent original, ConsumedEvent copy, String at) {
    assertThat(copy.timestamp()).as(at).isEqualTo(original.timestamp());
    assertThat(copy.source()).as(at).isEqualTo(original.source());
    assertThat(copy.key()).as(at).isEqualTo(original.key());
    assertThat(copy.value()).as(at).isEqualTo(original.value());
    assertThat(copy.headers()).as(at).hasSameSizeAs(original.headers());
    for (int i = 0; i < copy.headers().size(); i++) {
      assertThat(copy.headers().get(i).name()).as(at).isEqualTo(original.headers().get(i).name());
      assertThat(copy.headers().get(i).value()).as(at).isEqualTo(original.headers().get(i).value());
    }
  }
}
