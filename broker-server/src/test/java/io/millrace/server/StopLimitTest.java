package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A part that never ends does not keep the broker from stopping. */
@Timeout(300)
class StopLimitTest {

  @Test
  void aStopThatHangsIsLeftAtItsLimit() {
    CountDownLatch never = new CountDownLatch(1);

    boolean ended = LimitedStop.run(() -> await(never), Duration.ofMillis(1));

    assertThat(ended).isFalse();
    never.countDown();
  }

  @Test
  void aStopThatFailsHasEnded() {
    assertThat(LimitedStop.run(() -> {}, Duration.ofMinutes(1))).isTrue();
    assertThat(
            LimitedStop.run(
                () -> {
                  Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
                  throw new IllegalStateException("a part failed");
                },
                Duration.ofMinutes(1)))
        .isTrue();
  }

  @Test
  void aListenerThatNeverDrainsIsLeftAfterItsGrace() {
    NeverDrained stuck = new NeverDrained();
    OpenListeners listeners = new OpenListeners(Duration.ofMillis(1));
    listeners.open("stuck", stuck, null);

    listeners.drain(Duration.ZERO);

    assertThat(stuck.drained).isNotDone();
    listeners.close();
    assertThat(stuck.closed).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A listener whose clients never go. */
  private static final class NeverDrained implements Listener, ListenerSettings {

    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean closed;

    @Override
    public boolean servesDuringRecovery() {
      return false;
    }

    @Override
    public Listener open(ListenerContext context) {
      return this;
    }

    @Override
    public List<ListenAddress> addresses() {
      return List.of(new ListenAddress("stuck", "127.0.0.1", 1));
    }

    @Override
    public TlsMode tls() {
      return TlsMode.OFF;
    }

    @Override
    public int connections() {
      return 1;
    }

    @Override
    public long unsentBytes() {
      return 0;
    }

    @Override
    public long unfinishedBytes() {
      return 0;
    }

    @Override
    public CompletableFuture<Void> drain(Duration timeout) {
      return drained;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
