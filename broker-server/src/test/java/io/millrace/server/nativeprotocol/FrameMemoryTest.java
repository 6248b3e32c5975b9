package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameMemoryTest {

  private static final int FAST_BYTES = 10 * (int) FrameMemory.SLOW_BYTES_PER_SECOND;

  private long now;
  private final FrameMemory memory = new FrameMemory(100, () -> now);
  private final List<String> events = new ArrayList<>();

  private final class NamedClaim extends FrameMemory.Claim {

    private final String name;

    NamedClaim(String name, long bytes) {
      super(bytes);
      this.name = name;
    }

    @Override
    void granted() {
      events.add(name + " granted");
    }

    @Override
    void displaced(String reason) {
      events.add(name + " displaced");
    }
  }

  @Test
  void claimsWaitInTheirOrderAndNeverExceedTheLimit() {
    NamedClaim first = claim("first", 60);
    NamedClaim large = claim("large", 100);
    NamedClaim small = claim("small", 10);
    assertThat(memory.usedBytes()).isEqualTo(60);

    memory.release(first);
    assertThat(events).containsExactly("large granted");
    assertThat(memory.usedBytes()).isEqualTo(100);
    memory.release(large);
    assertThat(events).containsExactly("large granted", "small granted");
    memory.release(small);
    memory.release(small);
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void aWaitingClaimThatEndsLetsTheNextOneThrough() {
    NamedClaim first = claim("first", 60);
    NamedClaim large = claim("large", 100);
    claim("small", 10);

    memory.release(large);
    memory.release(first);

    assertThat(events).containsExactly("small granted");
  }

  @Test
  void theSlowestFramesLoseTheirMemoryWhenOthersNeedIt() {
    claim("slow", 50).received(1000);
    claim("slowest", 50).received(1);
    NamedClaim waiting = claim("waiting", 50);
    memory.makeRoom();
    assertThat(events).as("within the grace").isEmpty();

    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    memory.makeRoom();

    assertThat(events).containsExactly("slowest displaced");
    memory.release(waiting);
  }

  @Test
  void fastFramesKeepTheirMemory() {
    claim("fast", 100).received(FAST_BYTES);
    claim("waiting", 100);
    now += FrameMemory.GRACE_NANOS;

    memory.makeRoom();

    assertThat(events).isEmpty();
  }

  @Test
  void noFrameKeepsItsMemoryForLongWhileOthersWait() {
    claim("fast", 100).received(1 << 30);
    claim("waiting", 100);
    now += FrameMemory.HOLD_NANOS - 1;
    memory.makeRoom();
    assertThat(events).isEmpty();

    now++;
    memory.makeRoom();

    assertThat(events).isNotEmpty();
  }

  @Test
  void noFrameLosesItsMemoryWhileNoneWaits() {
    claim("slow", 100);
    now += 100 * FrameMemory.GRACE_NANOS;

    memory.makeRoom();

    assertThat(events).isEmpty();
  }

  @Test
  void aFrameThatTheBrokerHoldsUpIsNotSlow() {
    NamedClaim held = claim("held", 100);
    memory.holdUp(held, true);
    claim("waiting", 100);
    now += 10 * FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    memory.holdUp(held, false);
    memory.makeRoom();
    assertThat(events).isEmpty();

    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();

    assertThat(events).containsExactly("held displaced");
  }

  @Test
  void theLargestFrameFitsWithAnyDirectMemory() {
    int largest = 64 << 20;

    assertThat(DirectMemory.of(1 << 20, largest).frameBytes())
        .isGreaterThanOrEqualTo(DirectMemory.capacityFor(largest));
    assertThat(DirectMemory.of(4L << 30, largest).frameBytes()).isEqualTo(1 << 30);
  }

  private NamedClaim claim(String name, long bytes) {
    NamedClaim claim = new NamedClaim(name, bytes);
    memory.claim(claim);
    return claim;
  }
}
