package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceTallyTest {

  private static final long SECOND = 1_000_000;
  private static final long START = 1_700_000_000 * SECOND;

  private final SourceTally tally = new SourceTally();

  private void addEvery(long micros, int events, long skewMicros) {
    for (int i = 0; i < events; i++) {
      long at = START + i * micros;
      tally.add(at - skewMicros, at);
    }
  }

  private double rate(long secondsAfterStart) {
    return tally.summary("s", START + secondsAfterStart * SECOND).eventsPerSecond();
  }

  @Test
  void steadySourceHasItsRateFromTheBeginning() {
    addEvery(SECOND / 100, 500, 0);
    assertThat(rate(5)).isCloseTo(100, within(1.0));
  }

  @Test
  void steadySourceHasItsRateAfterHours() {
    addEvery(SECOND / 10, 100_000, 0);
    assertThat(rate(10_000)).isCloseTo(10, within(0.1));
  }

  @Test
  void rateFallsWhenTheSourceIsSilent() {
    addEvery(SECOND / 10, 10_000, 0);
    assertThat(rate(1_060)).isCloseTo(10 / Math.E, within(0.1));
    assertThat(rate(2_000)).isLessThan(0.001);
  }

  @Test
  void skewIsTheMeanOfTheLastMinuteAndTheLargest() {
    tally.add(START - 900 * SECOND, START);
    for (int i = 600; i < 700; i++) {
      tally.add(START + i * SECOND + 2 * SECOND, START + i * SECOND);
    }
    SourceSummary summary = tally.summary("s", START + 700 * SECOND);
    assertThat(summary.maxSkewMicros()).isEqualTo(900 * SECOND);
    assertThat((double) summary.meanSkewMicros()).isCloseTo(-2.0 * SECOND, within(0.01 * SECOND));
  }

  @Test
  void eventTimesMayBeAnyNumber() {
    tally.add(Long.MIN_VALUE, START);
    tally.add(Long.MAX_VALUE, START);
    SourceSummary summary = tally.summary("s", START);
    assertThat(summary.maxSkewMicros()).isEqualTo(Long.MAX_VALUE);
    assertThat(summary.firstSeenMicros()).isEqualTo(Long.MIN_VALUE);
    assertThat(summary.lastSeenMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void orderOfTheEventsDoesNotMatter() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Integer> seconds =
        new ArrayList<>(IntStream.range(0, 200).map(i -> i * 3).boxed().toList());
    SourceTally shuffled = new SourceTally();
    seconds.forEach(at -> tally.add(START + 7L * at, START + at * SECOND));
    Collections.shuffle(seconds, random);
    seconds.forEach(at -> shuffled.add(START + 7L * at, START + at * SECOND));

    SourceSummary expected = tally.summary("s", START + 700 * SECOND);
    SourceSummary found = shuffled.summary("s", START + 700 * SECOND);
    assertThat(found.eventsPerSecond())
        .as("seed %d", seed)
        .isCloseTo(expected.eventsPerSecond(), within(1e-6));
    assertThat(found.meanSkewMicros()).isCloseTo(expected.meanSkewMicros(), within(1L));
    assertThat(found.maxSkewMicros()).isEqualTo(expected.maxSkewMicros());
    assertThat(found.lastAppendMicros()).isEqualTo(expected.lastAppendMicros());
  }

  @Test
  void isReadAsItWasWritten() {
    addEvery(SECOND, 10, 5);
    assertThat(afterState().summary("s", START)).isEqualTo(tally.summary("s", START));
    tally.addNumber(3, 40);
    tally.addNumber(3, 42);
    assertThat(afterState().summary("s", START)).isEqualTo(tally.summary("s", START));
  }

  private SourceTally afterState() {
    ByteBuffer state = ByteBuffer.allocate(tally.stateBytes());
    tally.write(state);
    assertThat(state.hasRemaining()).isFalse();
    return SourceTally.read(state.flip());
  }
}
