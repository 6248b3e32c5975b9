package io.millrace.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.storage.mapped.InMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Hundreds of seeds, every second one in each of two classes, which run at the same time. Run more
 * with {@code -Dmillrace.simulation.seeds=100000}, or a single one, with its trace, with {@code
 * -Dmillrace.simulation.seed=4711}.
 */
abstract class SimulatedSeeds {

  private static final int SEEDS = Integer.getInteger("millrace.simulation.seeds", 500);
  private static final long ALL = -1;
  private static final long SEED = Long.getLong("millrace.simulation.seed", ALL);

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.millrace");

  @TempDir(factory = InMemory.class)
  Path temporary;

  @BeforeAll
  static void beQuiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void beLoudAgain() {
    LOG.setLevel(null);
  }

  /** 0 for the even seeds, 1 for the odd ones. */
  abstract int parity();

  @Test
  void noSeedBreaksAnInvariant() {
    for (long seed = parity(); SEED == ALL && seed < SEEDS; seed += 2) {
      try {
        new PartitionSimulation(seed, directory(seed), new Trace(false)).run();
      } catch (RuntimeException | AssertionError e) {
        tellTheStoryOf(seed, e);
      }
    }
    if (SEED != ALL && SEED % 2 == parity()) {
      tellTheStoryOf(SEED, null);
    }
  }

  private void tellTheStoryOf(long seed, Throwable first) {
    Trace trace = new Trace(true);
    try {
      new PartitionSimulation(seed, directory(seed).resolve("again"), trace).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + ", again with -Dmillrace.simulation.seed="
              + seed
              + ": "
              + e.getMessage()
              + "\n"
              + trace,
          e);
    }
    if (first != null) {
      throw new AssertionError("seed " + seed + " failed, but not the second time", first);
    }
  }

  private Path directory(long seed) {
    return temporary.resolve(Long.toString(seed));
  }
}
