package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.embedded.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The tests of a user's program. Their marked regions are the examples of
 * docs/testing-your-program.md.
 */
class RideServiceGuideTest {

  private static final Path PAGE = Path.of("../../docs/testing-your-program.md");
  private static final Path THIS =
      Path.of("src/test/java/io/millrace/junit/RideServiceGuideTest.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// begin: (\\w+)\n(.*?)\n *// end", Pattern.DOTALL);

  @Test
  void pageHasTheCodeOfThisTest() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher examples = EXAMPLE.matcher(Files.readString(PAGE));
    while (examples.find()) {
      shown.put(examples.group(1), examples.group(2).strip());
    }
    Map<String, String> run = new TreeMap<>();
    Matcher regions = REGION.matcher(Files.readString(THIS));
    while (regions.find()) {
      run.put(regions.group(1), regions.group(2).stripTrailing().stripIndent().strip());
    }
    assertThat(shown).isNotEmpty().isEqualTo(run);
  }

  @Nested
  // begin: service
  @MillraceTest(topics = {"rides", "bills"})
  class RideServiceTest {

    @Injected private EmbeddedBroker broker;

    private RideService service;

    @BeforeEach
    void start() {
      service = new RideService(broker.address());
    }

    @AfterEach
    void stop() {
      service.close();
    }

    @Test
    void aRideThatIsOverIsBilled() {
      service.accept("ride-4711");
      service.accept("ride-4712");
      service.end("ride-4711");

      service.bill(1);

      assertThat(broker.events("bills"))
          .extracting(ConsumedEvent::keyAsString)
          .containsExactly("ride-4711");
    }
  }

  // end

  @Nested
  @MillraceTest(topics = {"rides", "bills"})
  class Faults {

    @Injected private EmbeddedBroker broker;

    private RideService service;

    @BeforeEach
    void start() {
      service = new RideService(broker.address());
    }

    @AfterEach
    void stop() {
      service.close();
    }

    // begin: crash
    @Test
    void anAcceptedRideSurvivesAPowerFailure() {
      CompletableFuture<Void> accepted = service.accept("ride-4711");
      broker.crashLosingUnsynced();
      broker.restart();

      accepted.join(); // the client sends the event again if it was lost
      assertThat(broker.events("rides")).hasSize(1);
    }

    // end

    // begin: slow
    @Test
    void aRideIsNotAcceptedBeforeItIsOnDisk() {
      broker.slowFsync(Duration.ofHours(1));
      CompletableFuture<Void> accepted = service.accept("ride-4711");
      broker.awaitEvents("rides", 1, Duration.ofMinutes(1)); // stored, and not fsynced
      assertThat(accepted).isNotDone();

      broker.slowFsync(Duration.ZERO);
      accepted.join();
    }
    // end
  }

  // begin: clock
  @Test
  void ridesAreForgottenAfterAWeek() {
    ManualClock clock = ManualClock.startingNow();
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder()
            .clock(clock)
            .topic("rides", TopicSpec.defaults().setting("retentionTime", "7d"))
            .start()) {
      try (Producer producer = broker.client().producer("rides").build()) {
        producer.send(Event.of("ride-4711", "accepted"));
      }
      clock.advance(Duration.ofDays(8));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> broker.events("rides").isEmpty()); // it deletes what has expired soon
    }
  }
  // end
}
