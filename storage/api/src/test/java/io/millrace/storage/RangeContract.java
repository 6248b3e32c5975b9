package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search for the offsets that can have wanted events. */
interface RangeContract extends LogContract {

  @Test
  default void noWantedBatchIsLeftOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<ByteBuffer> batches = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      if (round == 1) {
        log().alter(fixture().settings().largeUnits());
      }
      long drift = random.nextInt(3);
      for (int i = 0; i < 150; i++) {
        long time = batches.size() * drift + random.nextInt(50);
        long sources = 1L << random.nextInt(8) | 1L << random.nextInt(8);
        int bytes = 200 + random.nextInt(random.nextInt(10) == 0 ? 40_000 : 6_000);
        ByteBuffer batch = TestRanges.batch(log(), bytes, time, time + random.nextInt(20), sources);
        log().append(batch);
        batches.add(batch);
        if (i % 30 == 0) {
          checkSome("seed " + seed, batches, random);
        }
      }
      makeDurable();
      checkSome("seed " + seed, batches, random);
      restart(new Replayed());
    }
    checkSome("seed " + seed, batches, random);
  }

  private void checkSome(String what, List<ByteBuffer> batches, Random random) {
    for (int i = 0; i < 20; i++) {
      long min = random.nextInt(3 * batches.size() + 50) - 20;
      long max = random.nextInt(4) == 0 ? ALL : min + random.nextInt(100);
      long sources = random.nextInt(3) == 0 ? 0 : 1L << random.nextInt(9);
      long first = random.nextInt(4) == 0 ? random.nextInt(batches.size()) : 0;
      long from = random.nextInt(3) == 0 ? random.nextInt(batches.size()) : 0;
      TestRanges.Wanted wanted =
          new TestRanges.Wanted(random.nextInt(5) == 0 ? -ALL : min, max, first, sources);
      TestRanges.check(what, log(), batches, wanted, from);
    }
  }

  @Test
  default void whatIsNotWantedIsPassedOver() {
    List<ByteBuffer> batches = new ArrayList<>();
    log().alter(fixture().settings().largeUnits());
    for (int i = 0; i < 600; i++) {
      ByteBuffer batch = TestRanges.batch(log(), 5_000, i, i, i == 450 ? 3 : 1);
      log().append(batch);
      batches.add(batch);
    }
    makeDurable();
    restart(new Replayed());
    long tail = 2 * 64 * 1024 + 5_000; // the block of the batch, and the one that is not sealed
    assertThat(read(batches, TestRanges.Wanted.ofTimes(100, 100))).isBetween(5_000L, tail);
    assertThat(read(batches, TestRanges.Wanted.ofTimes(-10, 0))).isBetween(5_000L, tail);
    assertThat(read(batches, new TestRanges.Wanted(0, ALL, 0, 3))).isBetween(5_000L, tail);
    assertThat(read(batches, new TestRanges.Wanted(0, ALL, 600, 0))).isLessThan(tail);
    assertThat(read(batches, TestRanges.Wanted.ofTimes(0, ALL))).isEqualTo(3_000_000);
  }

  private long read(List<ByteBuffer> batches, TestRanges.Wanted wanted) {
    return TestRanges.check("wanted " + wanted, log(), batches, wanted, 0);
  }

  @Test
  default void aSearchBelowTheStartIsRefused() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000, i, 1000 + i);
    }
    makeDurable();
    long start = retain(1050, ALL);
    TestRanges.Wanted late = TestRanges.Wanted.ofTimes(99, 99);
    LogContract.assertCode(
        ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().nextRange(late, start - 1, 100));
    assertThat(log().nextRange(late, start, 100).to()).isGreaterThan(start);
  }

  @Test
  default void anEmptyLogHasNoRange() {
    assertThat(log().nextRange(TestRanges.Wanted.ofTimes(0, 1), 0, 0))
        .isEqualTo(new OffsetRange(0, 0, 0));
  }
}
