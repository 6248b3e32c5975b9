package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.embedded.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Runs test classes with the extension. */
class MillraceExtensionTest {

  private static final Map<String, String> IN_PARALLEL =
      Map.of(
          "junit.jupiter.execution.parallel.enabled", "true",
          "junit.jupiter.execution.parallel.mode.default", "concurrent",
          "junit.jupiter.execution.parallel.config.strategy", "fixed",
          "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

  /** The addresses of the brokers that the tests below have seen. */
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @Test
  void theTestsOfAClassShareABrokerAndFindNoEventsOfEachOther() {
    Ran ran = Ran.classes(Map.of(), Shared.class);

    assertThat(ran.failed()).isEmpty();
    assertThat(ran.succeeded()).hasSize(6);
    assertThat(SEEN).hasSize(1);
  }

  @Test
  void testsThatShareABrokerDoNotOverlap() {
    Ran ran = Ran.classes(IN_PARALLEL, Shared.class);

    assertThat(ran.failed()).isEmpty();
    assertThat(ran.succeeded()).hasSize(6);
    assertThat(SEEN).hasSize(1);
  }

  @Test
  void theAnnotationIsInheritedAndEachClassHasItsOwnBroker() {
    Ran ran = Ran.classes(Map.of(), Shared.class, Subclass.class);

    assertThat(ran.failed()).isEmpty();
    assertThat(ran.succeeded()).hasSize(12);
    assertThat(SEEN).hasSize(2);
  }

  @Test
  void testsWithTheirOwnBrokersOverlap() {
    Ran ran = Ran.classes(IN_PARALLEL, Own.class);

    assertThat(ran.failed()).isEmpty();
    assertThat(SEEN).hasSize(2);
  }

  @Test
  void aFaultAndACrashEndWithTheirTest() {
    Ran ran = Ran.classes(Map.of(), Faulty.class);

    assertThat(ran.failed()).isEmpty();
    assertThat(ran.succeeded()).hasSize(3);
  }

  @Test
  void theFailureOfATestHasTheStateOfTheBroker() {
    Ran ran = Ran.classes(Map.of(), Failing.class);

    assertThat(ran.failed().get("fails(EmbeddedBroker)").getSuppressed())
        .singleElement()
        .satisfies(
            state ->
                assertThat(state.getMessage())
                    .matches(
                        "the embedded broker at 127.0.0.1:\\d+ is running, its disk is full\n"
                            + "  topic rides: partitions=3 events=1"));
    assertThat(ran.failed().get("crashes(EmbeddedBroker)").getSuppressed())
        .singleElement()
        .satisfies(state -> assertThat(state.getMessage()).endsWith("is crashed"));
  }

  @Test
  void messagesSayWhatToDo() {
    Map<String, Throwable> failed =
        Ran.classes(
                Map.of(),
                NoClock.class,
                NoBrokerYet.class,
                WrongField.class,
                WrongSetting.class,
                UnknownSetting.class)
            .failed();

    assertThat(failed.get("clock(ManualClock)"))
        .hasMessageContaining("set @MillraceTest(manualClock = true)");
    assertThat(failed.get("broker()")).hasMessageContaining("Lifecycle.PER_METHOD");
    assertThat(failed.get("field()"))
        .hasMessageContaining("EmbeddedBroker, MillraceClient or ManualClock");
    assertThat(failed.get("MillraceExtensionTest$WrongSetting"))
        .hasMessageContaining("is not key=value");
    assertThat(failed.get("MillraceExtensionTest$UnknownSetting"))
        .hasMessageContaining("UnknownSetting does not start")
        .hasMessageContaining("did you mean 'limits.maxEventBytes'?");
  }

  private static void send(EmbeddedBroker broker) {
    try (Producer producer = broker.client().producer("rides").build()) {
      producer.send(Event.of("v")).orTimeout(2, TimeUnit.MINUTES).join();
    }
  }

  @MillraceTest(topics = "rides")
  static class Shared {

    @Injected private static EmbeddedBroker ofClass;

    @Injected private MillraceClient client;

    private final EmbeddedBroker ofConstructor;

    Shared(EmbeddedBroker broker) {
      ofConstructor = broker;
    }

    @BeforeAll
    static void before(EmbeddedBroker broker) {
      assertThat(broker).isSameAs(ofClass);
    }

    @AfterAll
    static void after(EmbeddedBroker broker) {
      assertThat(broker).isSameAs(ofClass);
    }

    @RepeatedTest(3)
    void useTheTopic(EmbeddedBroker broker) {
      use(broker);
    }

    private void use(EmbeddedBroker broker) {
      SEEN.add(broker.address());
      assertThat(broker).isSameAs(ofConstructor);
      assertThat(client).isSameAs(broker.client());
      assertThat(client.admin().listTopics())
          .extracting(TopicDescription::name)
          .containsExactly("rides");
      assertThat(broker.events("rides")).isEmpty();
      send(broker);
      client.admin().createTopic("more", TopicSpec.defaults());
      assertThat(broker.events("rides")).hasSize(1);
    }

    @Nested
    class Inner {

      @Injected private EmbeddedBroker broker;

      @RepeatedTest(3)
      void useTheTopicToo() {
        use(broker);
      }
    }
  }

  static class Subclass extends Shared {

    Subclass(EmbeddedBroker broker) {
      super(broker);
    }
  }

  @MillraceTest(topics = "rides", lifecycle = MillraceTest.Lifecycle.PER_METHOD)
  static class Own {

    private static final CountDownLatch BOTH = new CountDownLatch(2);

    @Injected private EmbeddedBroker broker;

    @RepeatedTest(2)
    void waitForTheOther(EmbeddedBroker parameter) throws InterruptedException {
      SEEN.add(broker.address());
      assertThat(parameter).isSameAs(broker);
      send(broker);
      BOTH.countDown();
      assertThat(BOTH.await(2, TimeUnit.MINUTES)).isTrue();
      assertThat(broker.events("rides")).hasSize(1);
    }
  }

  @MillraceTest(topics = "rides")
  static class Faulty {

    @RepeatedTest(3)
    void breakEverything(EmbeddedBroker broker) {
      send(broker);
      broker.diskFull(true);
      broker.slowFsync(Duration.ofHours(1));
      broker.failFsync();
      broker.refuseConnections(true);
      broker.crash();
    }
  }

  @MillraceTest(topics = "rides", partitions = 3)
  static class Failing {

    @Test
    void fails(EmbeddedBroker broker) {
      send(broker);
      broker.diskFull(true);
      throw new AssertionError("says the test");
    }

    @Test
    void crashes(EmbeddedBroker broker) {
      broker.crash();
      throw new AssertionError("says the test");
    }
  }

  @MillraceTest(manualClock = true, settings = "topics.partitions=2", topics = "rides")
  static class WithClock {

    @Test
    void followsTheClock(EmbeddedBroker broker, ManualClock clock) {
      clock.advance(Duration.ofDays(365));
      Instant now = clock.instant();
      send(broker);
      assertThat(broker.events("rides").get(0).appendTime())
          .isEqualTo(now.truncatedTo(ChronoUnit.MICROS));
      assertThat(broker.client().admin().createTopic("t", TopicSpec.defaults()).partitions())
          .hasSize(2);
    }
  }

  @Test
  void theClockAndTheSettingsAreThoseOfTheAnnotation() {
    assertThat(Ran.classes(Map.of(), WithClock.class).failed()).isEmpty();
  }

  @MillraceTest
  static class NoClock {
    @Test
    void clock(ManualClock clock) {}
  }

  @MillraceTest(lifecycle = MillraceTest.Lifecycle.PER_METHOD)
  static class NoBrokerYet {
    NoBrokerYet(EmbeddedBroker broker) {}

    @Test
    void broker() {}
  }

  @MillraceTest
  static class WrongField {
    @Injected private String broker;

    @Test
    void field() {}
  }

  @MillraceTest(settings = "limits.maxEventBytes")
  static class WrongSetting {
    @Test
    void test() {}
  }

  @MillraceTest(settings = "limits.maxEventByte=1KiB")
  static class UnknownSetting {
    @Test
    void test() {}
  }
}
