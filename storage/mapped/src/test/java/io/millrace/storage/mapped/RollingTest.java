package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.Slices;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** An owner that rolls, a flusher, retention and readers, all at the same time. */
class RollingTest extends MappedFixture {

  private static final int BATCHES = 4000;

  @Test
  void readersSeeEveryBatchOrAnErrorThatRetentionHasDroppedIt() throws Exception {
    long seed = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      List<Future<Long>> work = new ArrayList<>();
      work.add(threads.submit(() -> appendAll(new Random(seed))));
      work.add(threads.submit(this::forceAll));
      work.add(threads.submit(() -> retainNow(new Random(seed + 1))));
      work.add(threads.submit(reader(seed + 2, false)));
      work.add(threads.submit(reader(seed + 3, true)));
      for (Future<Long> each : work) {
        assertThat(each.get()).as("seed %d", seed).isEqualTo(BATCHES);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(log.offsets().durable()).isEqualTo(BATCHES);
    kill();
    try (PartitionLog recovered = recover(new Replayed())) {
      assertThat(recovered.offsets()).as("seed %d", seed).isEqualTo(log.offsets());
    }
  }

  private long appendAll(Random random) {
    for (int i = 0; i < BATCHES; i++) {
      log.append(TestBatches.next(log, 1, 104 + random.nextInt(6000), i, i));
    }
    return log.offsets().end();
  }

  private long forceAll() {
    long durable = 0;
    while (durable < BATCHES) {
      long forced = log.force();
      assertThat(forced).isGreaterThanOrEqualTo(durable);
      durable = forced;
      if (durable > 0 && durable % 7 == 0) {
        log.checkpoint(durable, new byte[10]);
      }
    }
    return durable;
  }

  private long retainNow(Random random) {
    while (log.offsets().durable() < BATCHES) {
      long start = log.retain(Long.MIN_VALUE, 200_000 + random.nextInt(1_000_000));
      assertThat(start).isLessThanOrEqualTo(log.offsets().durable());
    }
    return BATCHES;
  }

  /** Reads to the end; continues at the start if retention has dropped its position. */
  private Callable<Long> reader(long seed, boolean durableOnly) {
    return () -> {
      Random random = new Random(seed);
      long next = 0;
      while (next < BATCHES) {
        try (LogReader reader = log.reader(Math.max(next, log.offsets().start()))) {
          next = readOn(reader, random, durableOnly);
        } catch (StorageException e) {
          assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        }
      }
      return next;
    };
  }

  private long readOn(LogReader reader, Random random, boolean durableOnly) {
    long expected = reader.position();
    while (expected < BATCHES) {
      long limit = durableOnly ? log.offsets().durable() : Long.MAX_VALUE;
      try (LogSlice slice = Slices.read(reader, 1 + random.nextInt(100_000), limit)) {
        if (slice != null) {
          assertThat(slice.nextOffset()).isLessThanOrEqualTo(limit);
          expected = requireWhole(slice.buffer(), expected);
          assertThat(expected).isEqualTo(slice.nextOffset()).isEqualTo(reader.position());
        }
      }
    }
    return expected;
  }

  private static long requireWhole(ByteBuffer bytes, long offset) {
    long expected = offset;
    for (int at = 0; at < bytes.limit(); at += BatchHeader.length(bytes, at)) {
      int length = BatchHeader.length(bytes, at);
      assertThat(BatchHeader.baseOffset(bytes, at)).isEqualTo(expected);
      assertThat(BatchHeader.computePayloadCrc(bytes, at, length))
          .isEqualTo(BatchHeader.payloadCrc(bytes, at));
      expected = BatchHeader.nextOffset(bytes, at);
    }
    return expected;
  }
}
