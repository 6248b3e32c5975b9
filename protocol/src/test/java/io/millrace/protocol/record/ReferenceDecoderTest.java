package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The reader and the check against {@link ReferenceDecoder}, which knows the format and no
 * shortcut.
 */
class ReferenceDecoderTest {

  private static final int BATCH_BYTES = 64 << 10;
  private static final int BATCHES = 150;
  private static final int MUTANTS = 60;

  /** Where numbers become a byte longer, and what is next to that. */
  private static final int[] EDGES = {0, 1, 63, 64, 126, 127, 128, 8191, 8192, 16382, 16383, 16384};

  private static final BatchLimits LIMITS = new BatchLimits(BATCH_BYTES, BATCH_BYTES, BATCH_BYTES);

  private final BatchReader reader = new BatchReader(BATCH_BYTES);
  private final BatchCheck check = new BatchCheck(LIMITS);

  @Test
  void everyBatchIsReadAsTheFormatHasItWhateverItsBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int whole = 0;
    int broken = 0;
    for (int i = 0; i < BATCHES; i++) {
      ByteBuffer batch = batch(random);
      agree(batch, seed);
      for (int j = 0; j < MUTANTS; j++) {
        ByteBuffer mutant = mutated(batch, random);
        boolean breach = agree(mutant, seed);
        whole += breach ? 0 : 1;
        broken += breach ? 1 : 0;
      }
    }
    assertThat(whole).as("mutants that are batches, seed %d", seed).isGreaterThan(BATCHES);
    assertThat(broken).as("mutants that are not, seed %d", seed).isGreaterThan(BATCHES);
  }

  private boolean agree(ByteBuffer batch, long seed) {
    ReferenceDecoder.Decoded expected = ReferenceDecoder.decode(batch);
    List<String> records = new ArrayList<>();
    boolean breach = false;
    reader.open(batch, 0);
    try {
      while (reader.next()) {
        records.add(ReferenceDecoder.told(reader));
      }
    } catch (InvalidBatchException e) {
      breach = true;
    }
    assertThat(new ReferenceDecoder.Decoded(records, breach))
        .as("seed %d", seed)
        .isEqualTo(expected);
    assertThat(isAccepted(batch) && breach).as("accepted and broken, seed %d", seed).isFalse();
    return breach;
  }

  private boolean isAccepted(ByteBuffer batch) {
    try {
      check.check(batch);
      return true;
    } catch (InvalidBatchException refused) {
      return false;
    }
  }

  /** Few or many events, of sizes and times at the edges of the numbers' lengths. */
  private static ByteBuffer batch(Random random) {
    BatchBuilder builder = new BatchBuilder(BATCH_BYTES, BatchCodec.NONE);
    List<String> sources = TestEvent.sources(random, random.nextInt(4) == 0 ? 200 : 1);
    int most = random.nextInt(3) == 0 ? 1_000 : 1 + random.nextInt(8);
    int largest = random.nextInt(3) == 0 ? EDGES.length : 7;
    long time = random.nextBoolean() ? 0 : 1_790_000_000_000_000L;
    for (int i = 0; i < most; i++) {
      time += EDGES[random.nextInt(EDGES.length)] - (random.nextInt(8) == 0 ? 8_192 : 0);
      byte[] key = random.nextInt(4) == 0 ? new byte[random.nextInt(20)] : null;
      byte[] value = random.nextInt(8) == 0 ? null : new byte[EDGES[random.nextInt(largest)]];
      List<RecordHeader> headers =
          random.nextInt(8) == 0 ? List.of(new RecordHeader("h", new byte[i % 3])) : List.of();
      String source = sources.get(random.nextInt(sources.size()));
      if (!builder.add(TestEvent.utf8(source), time, key, value, headers)) {
        break;
      }
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  /** With one to three other bytes in its records, and checksums that fit them. */
  private static ByteBuffer mutated(ByteBuffer batch, Random random) {
    ByteBuffer mutant = ByteBuffer.allocateDirect(batch.limit()).order(batch.order());
    mutant.put(batch.duplicate()).flip();
    int records = batch.limit() - BatchHeader.BYTES;
    for (int i = random.nextInt(3); i >= 0; i--) {
      // Mostly near the beginning, where every byte of a short batch has its turn.
      int within = random.nextBoolean() ? Math.min(records, 64) : records;
      int at = BatchHeader.BYTES + random.nextInt(within);
      int old = mutant.get(at);
      int other =
          switch (random.nextInt(4)) {
            case 0 -> old ^ 0x80;
            case 1 -> old + 1;
            case 2 -> old - 1;
            default -> random.nextInt();
          };
      mutant.put(at, (byte) other);
    }
    return HandmadeBatch.seal(mutant);
  }
}
