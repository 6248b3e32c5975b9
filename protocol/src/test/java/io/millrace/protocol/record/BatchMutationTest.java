package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchMutationTest {

  private static final int ROUNDS = 5_000;

  /** Values at which code for lengths and varints is often wrong. */
  private static final byte[] NASTY = {0, 1, 2, 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF};

  @ParameterizedTest
  @EnumSource
  void everyMutationIsReadOrRefused(GoldenBatch golden) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    HostileBatch hostile = new HostileBatch();
    byte[] batch = golden.bytes().array();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutant = mutate(batch, random);
      try {
        refused += hostile.isAccepted(mutant) ? 0 : 1;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }

    assertThat(refused).as("refused of %d, seed %d", ROUNDS, seed).isGreaterThan(ROUNDS / 2);
  }

  private static byte[] mutate(byte[] batch, Random random) {
    byte[] mutant = batch.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = at(mutant, random);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = NASTY[random.nextInt(NASTY.length)];
        case 2 -> mutant[at] = (byte) random.nextInt();
        case 3 -> mutant = Arrays.copyOf(mutant, at + 1);
        default -> {
          int from = at(mutant, random);
          int bytes = random.nextInt(Math.min(8, mutant.length - Math.max(at, from)));
          System.arraycopy(mutant, from, mutant, at, bytes);
        }
      }
    }
    return mutant;
  }

  /** A place in the producer's part, for what is before it is made to fit; seldom anywhere. */
  private static int at(byte[] mutant, Random random) {
    int first = random.nextInt(10) == 0 ? 0 : BatchHeader.PRODUCER_FIELDS;
    return mutant.length <= first
        ? random.nextInt(mutant.length)
        : first + random.nextInt(mutant.length - first);
  }
}
