package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.EventProcessingException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** A method that throws: attempts, the end of the listener, its health, and what is committed. */
class ListenerFailureTest extends StarterTest {

  private static final Queue<String> DONE = new ConcurrentLinkedQueue<>();
  private static final Queue<String> TAKEN_OVER = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static volatile int failures;

  @BeforeEach
  void nothingFails() {
    DONE.clear();
    TAKEN_OVER.clear();
    CALLS.set(0);
    failures = 0;
  }

  static class Billing {
    @MillraceListener(id = "billing", topics = "rides", group = "${group}")
    void handle(String value) {
      if (value.startsWith("bad") && CALLS.incrementAndGet() <= failures) {
        throw new IllegalArgumentException("no fare in " + value);
      }
      DONE.add(value);
    }
  }

  private static ApplicationContextRunner billing(String group) {
    return application()
        .withBean(Billing.class)
        .withPropertyValues(
            "group=" + group,
            "millrace.listener.attempts=3",
            "millrace.listener.first-pause=1ms",
            "millrace.listener.restart-pause=1ms");
  }

  private static String listenersIn(ApplicationContext context) {
    return String.valueOf((Map<?, ?>) health(context).getDetails().get("listeners"));
  }

  @Test
  void anEventIsTriedAgain() {
    failures = 2;
    billing("again")
        .run(
            context -> {
              send("good 0", "bad 1", "good 2");
              eventually(() -> DONE.size() == 3);
              assertThat(DONE).containsExactly("good 0", "bad 1", "good 2");
              assertThat(CALLS).hasValue(3);
            });
    assertThat(committed("again")).isEqualTo(3);
  }

  @Test
  void aListenerThatHasFailedStopsAndHealthNamesTheEvent() {
    failures = 3;
    billing("stops")
        .run(
            context -> {
              send("good 0", "bad 1", "good 2");
              RunningListener billing = listener(context);
              eventually(() -> billing.state() == ListenerState.FAILED);

              assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
              assertThat(listenersIn(context))
                  .contains("billing=FAILED: HANDLER_FAILED at rides/0@1 source=")
                  .contains("no fare in bad 1");
              assertThat(billing.failure())
                  .hasValueSatisfying(
                      failure ->
                          assertThat(((EventProcessingException) failure).event().offset())
                              .isEqualTo(1));
              assertThat(DONE).containsExactly("good 0");
              assertThat(committed("stops")).isEqualTo(1);
              assertThat(broker.client().admin().describeGroup("stops").members()).isEmpty();

              billing.start(); // the fourth call succeeds
              eventually(() -> DONE.size() == 3);
              assertThat(DONE).containsExactly("good 0", "bad 1", "good 2");
              assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            });
    assertThat(committed("stops")).isEqualTo(3);
  }

  @Test
  void aListenerThatRestartsGetsTheEventUntilItSucceeds() {
    failures = 7;
    billing("restarts")
        .withPropertyValues("millrace.listener.on-failure=restart")
        .run(
            context -> {
              send("good 0", "bad 1", "good 2");
              eventually(() -> DONE.size() == 3);
              assertThat(DONE).containsExactly("good 0", "bad 1", "good 2");
              assertThat(CALLS).hasValue(8);
            });
    assertThat(committed("restarts")).isEqualTo(3);
  }

  @Test
  void aPausedListenerIsDownAndStopsAtOnce() {
    failures = 100;
    billing("pauses")
        .withPropertyValues(
            "millrace.listener.on-failure=restart", "millrace.listener.restart-pause=1d")
        .run(
            context -> {
              send("bad 0");
              eventually(() -> listener(context).state() == ListenerState.PAUSED);
              assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
              assertThat(listenersIn(context))
                  .contains("billing=PAUSED: HANDLER_FAILED at rides/0@0");
            }); // the end of the application does not wait for the pause
    assertThat(committed("pauses")).isZero();
  }

  @Test
  void aFailedEventIsTakenOverAfterItsLastAttempt() {
    failures = 3;
    billing("taken")
        .withBean(
            FailedEventHandler.class,
            () ->
                (listener, event, failure) ->
                    TAKEN_OVER.add(listener + " " + event.valueAsString() + " " + failure))
        .run(
            context -> {
              send("good 0", "bad 1", "good 2", "bad 3");
              eventually(() -> DONE.size() == 3);
              assertThat(DONE).containsExactly("good 0", "good 2", "bad 3");
              assertThat(TAKEN_OVER)
                  .containsExactly(
                      "billing bad 1 java.lang.IllegalArgumentException: no fare in bad 1");
              assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            });
    assertThat(committed("taken")).isEqualTo(4);
  }

  @Test
  void anEventThatNobodyTakesOverHasFailed() {
    failures = 100;
    billing("nobody")
        .withBean(FailedEventHandler.class, Refusing::new)
        .run(
            context -> {
              send("bad 0");
              eventually(() -> listener(context).state() == ListenerState.FAILED);
              assertThat(CALLS).hasValue(3);
              assertThat(listener(context).failure().orElseThrow().getCause())
                  .hasMessage("not this one")
                  .satisfies(
                      cause -> assertThat(cause.getSuppressed()[0]).hasMessage("no fare in bad 0"));
            });
    assertThat(committed("nobody")).isZero();
  }

  static final class Refusing implements FailedEventHandler {

    @Override
    public void handle(String listenerId, ConsumedEvent event, Exception failure) {
      throw new IllegalStateException("not this one");
    }
  }

  static class Dying {
    @MillraceListener(topics = "rides", group = "dying")
    void handle(String value) {
      CALLS.incrementAndGet();
      throw new StackOverflowError("at " + value);
    }
  }

  @Test
  void anErrorIsNotTriedAgainAndNotTakenOver() {
    application()
        .withBean(Dying.class)
        .withBean(
            FailedEventHandler.class,
            () -> (listener, event, failure) -> TAKEN_OVER.add(event.valueAsString()))
        .run(
            context -> {
              send("one");
              eventually(() -> listener(context).state() == ListenerState.FAILED);
              assertThat(CALLS).hasValue(1);
              assertThat(TAKEN_OVER).isEmpty();
            });
    assertThat(committed("dying")).isZero();
  }

  static class JsonOnly {
    @MillraceListener(topics = "rides", group = "json")
    void handle(Map<String, String> ride) {}
  }

  @Test
  void aValueThatCannotBeConvertedIsAFailedEvent() {
    application()
        .withBean(JsonOnly.class)
        .withPropertyValues("millrace.listener.attempts=1")
        .run(
            context -> {
              send("{\"a\":\"b\"}", "{no json");
              eventually(() -> listener(context).state() == ListenerState.FAILED);
              assertThat(listener(context).failure().orElseThrow().getCause())
                  .isInstanceOf(PayloadConversionException.class)
                  .hasMessageContaining("the value of 8 bytes is not JSON of java.util.Map");
            });
    assertThat(committed("json")).isEqualTo(1);
  }
}
