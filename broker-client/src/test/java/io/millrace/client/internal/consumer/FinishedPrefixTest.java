package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class FinishedPrefixTest {

  private final FinishedPrefix prefix = new FinishedPrefix();

  @Test
  void thePositionIsTheFirstEventThatIsNotFinished() {
    FinishedPrefix.Slot five = prefix.add(5);
    FinishedPrefix.Slot six = prefix.add(6);
    FinishedPrefix.Slot nine = prefix.add(9);
    assertThat(prefix.position()).isEqualTo(5);
    prefix.finish(six);
    assertThat(prefix.position()).isEqualTo(5);
    prefix.finish(five);
    assertThat(prefix.position()).isEqualTo(9);
    prefix.finish(nine);
    assertThat(prefix.position()).isEqualTo(10);
  }

  @Test
  void eventsThatAreNotWantedMoveThePosition() {
    FinishedPrefix.Slot five = prefix.add(5);
    prefix.handedOutTo(40);
    assertThat(prefix.position()).isEqualTo(5);
    prefix.finish(five);
    assertThat(prefix.position()).isEqualTo(40);
  }

  @Test
  void aClosedPrefixStartsOnlyWhatFillsAGap() {
    FinishedPrefix.Slot five = prefix.add(5);
    FinishedPrefix.Slot six = prefix.add(6);
    FinishedPrefix.Slot seven = prefix.add(7);
    prefix.started(six);
    prefix.close();
    assertThat(prefix.mayStart(five)).isTrue();
    assertThat(prefix.mayStart(seven)).isFalse();

    prefix.finish(six);
    prefix.stopped();
    assertThat(prefix.isDrained()).isFalse();
    prefix.started(five);
    prefix.finish(five);
    prefix.stopped();
    assertThat(prefix.isDrained()).isTrue();
    assertThat(prefix.position()).isEqualTo(7);
  }

  @Test
  void anAbandonedPrefixWaitsForRunningEventsOnly() {
    FinishedPrefix.Slot five = prefix.add(5);
    FinishedPrefix.Slot six = prefix.add(6);
    prefix.started(six);
    prefix.abandon();
    assertThat(prefix.mayStart(five)).isFalse();
    assertThat(prefix.isDrained()).isFalse();
    prefix.stopped();
    assertThat(prefix.isDrained()).isTrue();
    assertThat(prefix.position()).isEqualTo(5);
  }

  @RepeatedTest(20)
  void inAnyOrderNoUnfinishedEventIsPassed() {
    long seed = System.nanoTime();
    List<FinishedPrefix.Slot> slots = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      slots.add(prefix.add(i));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    boolean[] finished = new boolean[101];
    for (int each : order) {
      prefix.finish(slots.get(each));
      finished[each] = true;
      int expected = 0;
      while (finished[expected]) {
        expected++;
      }
      assertThat(prefix.position()).as("seed %s", seed).isEqualTo(expected);
    }
  }
}
