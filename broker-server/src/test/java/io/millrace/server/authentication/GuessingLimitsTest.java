package io.millrace.server.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GuessingLimitsTest {

  private static final Optional<String> ALICE = Optional.of("alice");
  private static final Optional<String> BOB = Optional.of("bob");

  private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30); // the clock may overflow
  private final GuessingLimits limits = new GuessingLimits(() -> nanos);

  @Test
  void tenFailuresAreFree() {
    fail("here", ALICE, GuessingLimits.FREE_FAILURES);

    assertThat(limits.blockedNanos("here", ALICE)).isZero();
  }

  @Test
  void furtherFailuresBlockLongerAndLonger() {
    fail("here", ALICE, GuessingLimits.FREE_FAILURES);
    for (int i = 1; i <= 70; i++) {
      fail("here", ALICE, 1);

      long seconds = Math.min(i, 60);
      assertThat(limits.blockedNanos("here", ALICE)).isEqualTo(TimeUnit.SECONDS.toNanos(seconds));
      pass(seconds);
      assertThat(limits.blockedNanos("here", ALICE)).isZero();
    }
  }

  @Test
  void blockedAddressBlocksEveryUserAndNoOtherAddress() {
    fail("here", Optional.empty(), GuessingLimits.FREE_FAILURES + 1);

    assertThat(limits.blockedNanos("here", BOB)).isPositive();
    assertThat(limits.blockedNanos("here", Optional.empty())).isPositive();
    assertThat(limits.blockedNanos("there", BOB)).isZero();
  }

  @Test
  void userIsBlockedFromWhereverTheFailuresCome() {
    for (int i = 0; i <= GuessingLimits.FREE_FAILURES; i++) {
      fail("address " + i, ALICE, 1);
    }

    assertThat(limits.blockedNanos("elsewhere", ALICE)).isPositive();
    assertThat(limits.blockedNanos("elsewhere", BOB)).isZero();
  }

  @Test
  void userIsNotLockedOutOfAnAddressFromWhichItHasLoggedIn() {
    limits.succeeded("home", ALICE);
    fail("elsewhere", ALICE, 100);

    assertThat(limits.blockedNanos("home", ALICE)).isZero();
    assertThat(limits.blockedNanos("elsewhere", ALICE)).isPositive();
  }

  @Test
  void failuresAreForgottenAMinuteAfterTheBlock() {
    fail("here", ALICE, GuessingLimits.FREE_FAILURES + 5);
    pass(5 + 61);

    fail("here", ALICE, GuessingLimits.FREE_FAILURES);

    assertThat(limits.blockedNanos("here", ALICE)).isZero();
  }

  @Test
  void memoryIsBounded() {
    for (int i = 0; i < 3 * GuessingLimits.MAX_ENTRIES; i++) {
      fail("address " + i, Optional.of("user " + i), 1);
      limits.succeeded("address " + i, Optional.of("user " + i));
    }

    assertThat(limits.size()).isEqualTo(3 * GuessingLimits.MAX_ENTRIES);
  }

  @Test
  void addressThatFailsAllTheTimeIsNotForgotten() {
    for (int i = 0; i < 3 * GuessingLimits.MAX_ENTRIES; i++) {
      fail("attacker", Optional.empty(), i % 1000 == 0 ? 1 : 0);
      fail("address " + i, Optional.empty(), 1);
    }

    assertThat(limits.blockedNanos("attacker", Optional.empty())).isPositive();
  }

  private void fail(String address, Optional<String> subject, int times) {
    for (int i = 0; i < times; i++) {
      limits.failed(address, subject);
    }
  }

  private void pass(long seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }
}
