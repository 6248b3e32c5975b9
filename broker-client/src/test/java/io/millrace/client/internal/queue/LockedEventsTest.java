package io.millrace.client.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.QueuedEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LockedEventsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MINUTE = 60 * SECOND;

  private final LockedEvents locked = new LockedEvents();

  private static QueuedEvent event(long offset) {
    return new QueuedEvent(
        new ConsumedEvent("jobs", 0, offset, 0, 0, "s", null, null, List.of()), 1, 0, 0);
  }

  @Test
  void eventsThatTheProgramHasForgottenAreDropped() {
    locked.add(List.of(event(0), event(1)), SECOND, 0);
    locked.add(List.of(event(2)), SECOND, MINUTE);
    assertThat(locked.size()).isEqualTo(3);
    locked.add(List.of(event(3)), SECOND, MINUTE + 2 * SECOND);
    assertThat(locked.size()).isEqualTo(2);
  }

  @Test
  void anEventThatIsRenewedHoldsUpNoOther() {
    QueuedEvent renewed = event(0);
    locked.add(List.of(renewed, event(1)), SECOND, 0);
    locked.renewed(renewed, true, 10 * MINUTE);
    locked.add(List.of(event(2)), SECOND, 2 * MINUTE);
    assertThat(locked.contains(renewed)).isTrue();
    assertThat(locked.size()).isEqualTo(2);
  }

  @Test
  void theShortestLockIsKnownWithoutALook() {
    QueuedEvent early = event(0);
    QueuedEvent late = event(1);
    assertThat(locked.shortestNanos()).isEqualTo(Long.MAX_VALUE);
    locked.add(List.of(early), SECOND, 0);
    locked.add(List.of(late), 2 * SECOND, 0);
    assertThat(locked.shortestNanos()).isEqualTo(SECOND);
    locked.remove(early);
    assertThat(locked.shortestNanos()).isEqualTo(2 * SECOND);
    QueuedEvent again = event(1);
    locked.add(List.of(again), SECOND, 0);
    assertThat(locked.contains(late)).isFalse();
    assertThat(locked.shortestNanos()).isEqualTo(SECOND);
    locked.remove(again);
    assertThat(locked.shortestNanos()).isEqualTo(Long.MAX_VALUE);
    locked.add(List.of(early), SECOND, 0);
    locked.clear();
    assertThat(locked.shortestNanos()).isEqualTo(Long.MAX_VALUE);
  }
}
