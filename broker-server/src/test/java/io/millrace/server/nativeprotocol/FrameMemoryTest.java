package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.listener.AddressBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameMemoryTest {

  private static final int FAST_BYTES = 10 * (int) FrameMemory.SLOW_BYTES_PER_SECOND;

  private static final AddressBlock A = new AddressBlock(false, 1);

  private static final AddressBlock B = new AddressBlock(false, 2);
  private static final AddressBlock C = new AddressBlock(false, 3);

  private long now;
  private final FrameMemory memory = new FrameMemory(100, () -> now);
  private final List<String> events = new ArrayList<>();
  private FrameMemory.Claim running;

  private final class NamedClaim extends FrameMemory.Claim {

    private final String name;

    NamedClaim(String name, ClaimOrigin origin, long bytes) {
      super(origin, bytes);
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
  void theClaimsOfOneOriginWaitInTheirOrder() {
    NamedClaim first = claim("first", A, 60);
    NamedClaim large = claim("large", A, 100);
    NamedClaim small = claim("small", A, 10);
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
    NamedClaim first = claim("first", A, 60);
    NamedClaim large = claim("large", A, 100);
    claim("small", A, 10);

    memory.release(large);
    memory.release(first);

    assertThat(events).containsExactly("small granted");
  }

  @Test
  void oneOriginAloneLeavesAQuarter() {
    for (int i = 0; i < 20; i++) {
      claim("a" + i, A, 5);
    }
    assertThat(memory.usedBytes()).isEqualTo(75);

    NamedClaim other = claim("b", B, 25);

    assertThat(events).isEmpty();
    assertThat(memory.usedBytes()).isEqualTo(100);
    memory.release(other);
    assertThat(memory.usedBytes()).isEqualTo(75);
  }

  @Test
  void twoOriginsLeaveASeventhForAThird() {
    for (int i = 0; i < 100; i++) {
      claim("a" + i, A, 1);
    }
    for (int i = 0; i < 100; i++) {
      claim("b" + i, B, 1);
    }
    assertThat(memory.usedBytes()).isBetween(85L, 95L);

    assertThat(memory.claim(new NamedClaim("c", origin(C), 5))).isTrue();
  }

  @Test
  void aClaimBeyondTheShareOfItsOriginHoldsUpNoOther() {
    claim("a", A, 10);
    claim("beyond", A, 85);

    claim("b", B, 20);

    assertThat(memory.usedBytes()).isEqualTo(30);
    assertThat(events).isEmpty();
  }

  @Test
  void theOriginWithTheFewestBytesIsNext() {
    claim("a1", A, 40);
    NamedClaim a2 = claim("a2", A, 20);
    claim("b1", B, 30);
    claim("a3", A, 10);
    claim("b2", B, 10);
    NamedClaim c1 = claim("c1", C, 30);
    assertThat(memory.usedBytes()).isEqualTo(90);

    memory.release(a2);
    assertThat(events).containsExactly("c1 granted");
    memory.release(c1);
    assertThat(events).containsExactly("c1 granted", "b2 granted");
  }

  /** Else a large frame would never get its memory, because small ones always fit. */
  @Test
  void nothingPassesTheFirstClaimOfAnOriginThatDoesNotFitYet() {
    NamedClaim a1 = claim("a1", A, 50);
    NamedClaim a2 = claim("a2", A, 10);
    claim("large", B, 80);
    claim("a3", A, 1);
    claim("c", C, 1);
    assertThat(memory.usedBytes()).isEqualTo(60);

    memory.release(a2);
    assertThat(events).isEmpty();
    memory.release(a1);

    assertThat(events).containsExactly("large granted", "a3 granted", "c granted");
  }

  @Test
  void connectionsThatHaveCompletedAFrameDoNotWaitBehindTheOthersOfTheirAddress() {
    List<NamedClaim> unproven = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      unproven.add(claim("unproven" + i, A, 10));
    }
    assertThat(memory.usedBytes()).isEqualTo(70);

    assertThat(memory.claim(new NamedClaim("proven", new ClaimOrigin(A, true), 10))).isTrue();

    memory.release(unproven.get(0));
    memory.release(unproven.get(1));
    assertThat(events).as("the others have their turn too").containsExactly("unproven7 granted");
  }

  @Test
  void noOriginStarves() {
    List<ClaimOrigin> origins =
        List.of(origin(A), new ClaimOrigin(A, true), origin(B), new ClaimOrigin(C, true));
    FrameMemory small = new FrameMemory(10, () -> now);
    final class Next extends FrameMemory.Claim {
      private final ClaimOrigin origin;

      Next(ClaimOrigin origin) {
        super(origin, 10);
        this.origin = origin;
      }

      @Override
      void granted() {
        events.add(origin.toString());
        running = this;
      }

      @Override
      void displaced(String reason) {}
    }
    running = new Next(origins.get(0));
    small.claim(running);
    for (ClaimOrigin origin : origins) {
      for (int i = 0; i < 5; i++) {
        small.claim(new Next(origin));
      }
    }

    for (int i = 0; i < 20; i++) {
      small.release(running);
    }

    for (ClaimOrigin origin : origins) {
      assertThat(events).filteredOn(origin.toString()::equals).hasSize(5);
    }
  }

  @Test
  void theSlowestFramesLoseTheirMemoryWhenOthersNeedIt() {
    claim("slow", A, 40).received(1000);
    claim("slowest", A, 35).received(1);
    NamedClaim waiting = claim("waiting", B, 50);
    memory.makeRoom();
    assertThat(events).as("within the grace").isEmpty();

    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    memory.makeRoom();

    assertThat(events).containsExactly("slowest displaced");
    memory.release(waiting);
  }

  @Test
  void theFramesOfTheOriginWithTheMostBytesLoseTheirMemoryFirst() {
    claim("a1", A, 30).received(9);
    claim("a2", A, 30).received(9);
    claim("b", B, 20).received(1);
    claim("c", C, 40);

    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();

    assertThat(events).hasSize(1).allMatch(event -> event.matches("a[12] displaced"));
  }

  @Test
  void anOriginWithFewBytesLosesNoneToOneThatHasMore() {
    claim("slow link", B, 10);
    claim("a1", A, 30).received(FAST_BYTES);
    claim("a2", A, 30).received(FAST_BYTES);
    claim("a3", A, 30);
    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    assertThat(events).isEmpty();

    now += FrameMemory.HOLD_NANOS;
    memory.makeRoom();

    assertThat(events).hasSize(1).allMatch(event -> event.matches("a[12] displaced"));
  }

  /** The next claim does not have to wait for the next check of its connection. */
  @Test
  void whenAFrameHasLostItsMemoryTheNextOneLosesItAtOnce() {
    List<NamedClaim> slow = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      slow.add(claim("slow" + i, A, 25));
    }
    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    assertThat(events).containsExactly("slow0 displaced");

    memory.release(slow.get(0));

    assertThat(events).containsExactly("slow0 displaced", "slow3 granted", "slow1 displaced");
  }

  @Test
  void fastFramesKeepTheirMemory() {
    claim("fast", A, 100).received(FAST_BYTES);
    claim("waiting", B, 100);
    now += FrameMemory.GRACE_NANOS;

    memory.makeRoom();

    assertThat(events).isEmpty();
  }

  @Test
  void noFrameKeepsItsMemoryForLongWhileOthersWait() {
    claim("fast", A, 100).received(1 << 30);
    claim("waiting", A, 100);
    now += FrameMemory.HOLD_NANOS - 1;
    memory.makeRoom();
    assertThat(events).isEmpty();

    now++;
    memory.makeRoom();

    assertThat(events).isNotEmpty();
  }

  @Test
  void noFrameLosesItsMemoryWhileNoneWaits() {
    claim("slow", A, 100);
    now += 100 * FrameMemory.GRACE_NANOS;

    memory.makeRoom();

    assertThat(events).isEmpty();
  }

  @Test
  void aFrameThatTheBrokerHoldsUpIsNotSlow() {
    NamedClaim held = claim("held", A, 100);
    memory.holdUp(held, true);
    claim("waiting", B, 100);
    now += 10 * FrameMemory.GRACE_NANOS;
    memory.makeRoom();
    memory.holdUp(held, false);
    memory.makeRoom();
    assertThat(events).isEmpty();

    now += FrameMemory.GRACE_NANOS;
    memory.makeRoom();

    assertThat(events).containsExactly("held displaced");
  }

  /**
   * 250 connections of one address that fill the memory with slow frames, over and over. A producer
   * of another address, and a proven one of the same address, get memory at once.
   */
  @Test
  void manyUnfinishedFramesOfOneAddressDelayNobodyElse() {
    FrameMemory broker = new FrameMemory(128, () -> now);
    List<FrameMemory.Claim> all = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      FrameMemory.Claim claim = new NamedClaim("slow", origin(A), 4);
      broker.claim(claim);
      all.add(claim);
    }
    for (int second = 0; second < 60; second++) {
      now += TimeUnit.SECONDS.toNanos(1);
      broker.makeRoom();
      for (ClaimOrigin origin : List.of(origin(B), new ClaimOrigin(A, true))) {
        FrameMemory.Claim honest = new NamedClaim("honest", origin, 1);
        assertThat(broker.claim(honest)).as("%s after %d s", origin, second).isTrue();
        broker.release(honest);
      }
      List.copyOf(all).stream()
          .filter(FrameMemory.Claim::isDisplaced)
          .forEach(
              claim -> {
                all.remove(claim);
                broker.release(claim);
                FrameMemory.Claim again = new NamedClaim("slow", origin(A), 4);
                broker.claim(again);
                all.add(again);
              });
    }
  }

  @Test
  void theLargestFrameFitsWithAnyDirectMemory() {
    int largest = 64 << 20;

    assertThat(DirectMemory.of(1 << 20, largest).frameBytes())
        .isGreaterThanOrEqualTo(DirectMemory.capacityFor(largest));
    assertThat(DirectMemory.of(4L << 30, largest).frameBytes()).isEqualTo(1 << 30);
  }

  private static ClaimOrigin origin(AddressBlock address) {
    return new ClaimOrigin(address, false);
  }

  private NamedClaim claim(String name, AddressBlock address, long bytes) {
    NamedClaim claim = new NamedClaim(name, origin(address), bytes);
    memory.claim(claim);
    return claim;
  }
}
