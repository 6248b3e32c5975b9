package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubscriptionCreditTest {

  private final SubscriptionCredit credit = new SubscriptionCredit(100);

  @Test
  void newSubscriptionHasTheWholeShare() {
    assertThat(credit.subscribe()).isEqualTo(100);
    assertThat(credit.takeDue()).isZero();
  }

  @Test
  void consumedBytesAreGrantedOnce() {
    credit.subscribe();
    credit.buffered(60);
    credit.consumed(60);
    assertThat(credit.takeDue()).isEqualTo(60);
    assertThat(credit.takeDue()).isZero();
  }

  @Test
  void subscribingAgainLeavesOutBufferedBytes() {
    credit.subscribe();
    credit.buffered(70);
    assertThat(credit.subscribe()).isEqualTo(30);
    credit.consumed(70);
    assertThat(credit.takeDue()).isEqualTo(70);
  }

  @Test
  void subscribingAgainVoidsCreditThatWasDue() {
    credit.subscribe();
    credit.buffered(70);
    credit.consumed(70);
    assertThat(credit.subscribe()).isEqualTo(100);
    assertThat(credit.takeDue()).isZero();
  }

  @Test
  void creditThatASubscriptionNeedsAboveTheShareIsPaidBackFirst() {
    credit.subscribe();
    credit.buffered(110);
    assertThat(credit.subscribe()).isEqualTo(1);
    assertThat(credit.takeDue()).isZero();
    credit.consumed(11);
    assertThat(credit.takeDue()).isZero();
    credit.consumed(5);
    assertThat(credit.takeDue()).isEqualTo(5);
  }
}
