package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConnectionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListenerCallsTest {

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
  private final ListenerCalls calls = new ListenerCalls(this::hear);
  private volatile Thread caller;

  private void hear(ConnectionEvent event) {
    caller = Thread.currentThread();
    entered.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    heard.add(((ConnectionEvent.Connected) event).attempts());
  }

  private void tell(int number) {
    calls.tell(new ConnectionEvent.Connected("broker:1", Duration.ZERO, number));
  }

  private int next() throws InterruptedException {
    Integer number = heard.poll(120, TimeUnit.SECONDS);
    assertThat(number).as("an event").isNotNull();
    return number;
  }

  @Test
  void slowListenerMissesTheOldestEvents() throws Exception {
    tell(0);
    entered.await();
    for (int i = 1; i <= 100; i++) {
      tell(i);
    }
    release.countDown();
    assertThat(next()).isZero();
    List<Integer> later = new ArrayList<>();
    for (int i = 0; i < ListenerCalls.MAX_WAITING; i++) {
      later.add(next());
    }
    assertThat(later).first().isEqualTo(101 - ListenerCalls.MAX_WAITING);
    assertThat(later).isSorted().last().isEqualTo(100);
  }

  @Test
  void nothingIsHeardAfterClose() throws Exception {
    tell(0);
    entered.await();
    tell(1);
    calls.close();
    tell(2);
    release.countDown();
    assertThat(next()).isZero();
    // The thread ends when no event waits.
    caller.join(Duration.ofSeconds(120).toMillis());
    assertThat(caller.isAlive()).as("the thread of the listener is alive").isFalse();
    assertThat(heard).isEmpty();
  }
}
