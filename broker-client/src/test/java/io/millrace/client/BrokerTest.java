package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakeBroker;
import io.millrace.client.fake.FakeSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/** A base for tests of a client with a fake broker, with methods that wait for results. */
abstract class BrokerTest {

  static final Duration LONG = Duration.ofSeconds(120);

  final FakeBroker broker = new FakeBroker();
  private MillraceClient client;

  @AfterEach
  void closeClientAndBroker() {
    if (client != null) {
      // Requests that the test has not answered are resent and answered.
      broker.script(Exchange::proceed);
      broker.sessions().forEach(FakeSession::cut);
      List<Thread> threads = threads("test");
      client.close();
      // The caches of a thread are freed when the thread has ended.
      assertThat(threads).allMatch(BrokerTest::ends);
    }
    broker.close();
  }

  /** The client of the test; it reconnects fast. */
  MillraceClient client() {
    if (client == null) {
      client = builder().build();
    }
    return client;
  }

  MillraceClient.Builder builder() {
    return MillraceClient.builder()
        .server(broker.address())
        .clientId("test")
        .connectTimeout(LONG)
        .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(5));
  }

  static RetryPolicy fastRetry() {
    return RetryPolicy.defaults().backoff(Duration.ofMillis(1), Duration.ofMillis(5));
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("expected success", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no outcome", e);
    }
  }

  static MillraceException failure(CompletableFuture<?> future) {
    try {
      Object value = future.get(LONG.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("expected a failure, but it is " + value);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(MillraceException.class);
      return (MillraceException) e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no outcome", e);
    }
  }

  static Exchange next(BlockingQueue<Exchange> held) throws InterruptedException {
    Exchange exchange = held.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(exchange).as("a request within %s", LONG).isNotNull();
    return exchange;
  }

  /** Polls until it has a number of events. */
  static List<ConsumedEvent> take(Consumer consumer, int count) {
    List<ConsumedEvent> events = new ArrayList<>();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (events.size() < count) {
      assertThat(System.nanoTime()).as("events so far: %s", events).isLessThan(deadline);
      events.addAll(consumer.poll(Duration.ofSeconds(1)));
    }
    return events;
  }

  static List<String> values(List<ConsumedEvent> events) {
    return events.stream().map(ConsumedEvent::valueAsString).toList();
  }

  static MillraceException thrownBy(Runnable call) {
    try {
      call.run();
    } catch (MillraceException e) {
      return e;
    }
    throw new AssertionError("expected a MillraceException");
  }

  /** The event loops of a client. */
  static List<Thread> threads(String clientId) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains(clientId))
        .toList();
  }

  /** Waits until a thread that lives is in a state. */
  static void awaitState(Thread thread, Thread.State state) {
    long began = System.nanoTime();
    while (thread.getState() != state) {
      assertThat(thread.isAlive()).isTrue();
      assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(LONG.toNanos());
      Thread.onSpinWait();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).as("counted down").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The event loop reports its end shortly before its thread ends. */
  static boolean ends(Thread thread) {
    try {
      thread.join(LONG.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return !thread.isAlive();
  }
}
