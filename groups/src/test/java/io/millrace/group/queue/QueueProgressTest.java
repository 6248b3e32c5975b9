package io.millrace.group.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class QueueProgressTest {

  private static final int OFFSETS = 80;

  /** The same with one bit for each offset. */
  private static final class Naive {

    private final TreeSet<Long> done = new TreeSet<>();
    private final TreeMap<Long, QueueFailure> failed = new TreeMap<>();

    void settle(long start, List<QueueRange> ranges, List<QueueFailure> failures) {
      for (long i = 0; i < start; i++) {
        done.add(i);
      }
      for (QueueRange range : ranges) {
        for (long i = range.from(); i < range.to(); i++) {
          done.add(i);
        }
      }
      failures.forEach(failure -> failed.put(failure.offset(), failure));
      failed.keySet().removeAll(done);
    }

    long start() {
      long start = 0;
      while (done.contains(start)) {
        start++;
      }
      return start;
    }
  }

  @Test
  void isASetOfOffsets() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      QueueProgress progress = QueueProgress.at(0);
      Naive naive = new Naive();
      for (int step = 0; step < 25; step++) {
        long start = random.nextInt(4) == 0 ? random.nextInt(12) : 0;
        List<QueueRange> ranges = new ArrayList<>();
        List<QueueFailure> failures = new ArrayList<>();
        for (long at = random.nextInt(30); at < OFFSETS; at += 2 + random.nextInt(40)) {
          long to = at + 1 + random.nextInt(4);
          ranges.add(new QueueRange(at, to));
          at = to;
        }
        for (long at = random.nextInt(20); at < OFFSETS; at += 1 + random.nextInt(40)) {
          failures.add(new QueueFailure(at, random.nextInt(5), step, QueueFate.RETRY));
        }
        QueueProgress before = progress;
        List<QueueRange> doneBefore = before.done();
        progress = progress.settled(start, ranges, failures);
        naive.settle(start, ranges, failures);

        assertSame(seed, progress, naive);
        assertThat(before.done()).isEqualTo(doneBefore);
        QueueProgress again =
            QueueProgress.at(progress.start())
                .settled(progress.start(), progress.done(), progress.failed());
        assertThat(again).isEqualTo(progress).hasSameHashCodeAs(progress);
        assertThat(again.bytes()).isEqualTo(progress.bytes());
      }
    }
  }

  private static void assertSame(long seed, QueueProgress progress, Naive naive) {
    assertThat(progress.start()).as("start, seed %d", seed).isEqualTo(naive.start());
    for (long i = 0; i < OFFSETS + 10; i++) {
      assertThat(progress.isDone(i)).as("%d, seed %d", i, seed).isEqualTo(naive.done.contains(i));
      assertThat(progress.failure(i)).as("%d, seed %d", i, seed).isEqualTo(naive.failed.get(i));
    }
    long after = progress.start();
    for (QueueRange range : progress.done()) {
      assertThat(range.from()).as("%s, seed %d", progress, seed).isGreaterThan(after);
      assertThat(range.to()).isGreaterThan(range.from());
      after = range.to();
    }
    assertThat(progress.failed()).containsExactlyElementsOf(naive.failed.values());
  }
}
