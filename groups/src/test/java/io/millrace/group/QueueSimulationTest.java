package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueSimulationTest {

  private static final int SEEDS = Integer.getInteger("millrace.queue.seeds", 1_000);
  private static final long FIRST_SEED = Long.getLong("millrace.queue.firstSeed", 1);
  private static final int STEPS = 120;

  @Test
  void holdsItsRulesUnderFaults() {
    long accepted = 0;
    long failures = 0;
    long rollBacks = 0;
    long repeats = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        QueueSimulation.Summary summary = new QueueSimulation(seed).run(STEPS);
        accepted += summary.accepted();
        failures += summary.failures();
        rollBacks += summary.rollBacks();
        repeats += summary.repeats();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed "
                + seed
                + "; repeat with -Dmillrace.queue.seeds=1 -Dmillrace.queue.firstSeed="
                + seed,
            e);
      }
    }
    assertThat(accepted).as("settlements").isGreaterThan(SEEDS);
    assertThat(failures).as("failed attempts").isGreaterThan(SEEDS);
    assertThat(rollBacks).as("roll-backs").isGreaterThan(SEEDS);
    assertThat(repeats).as("repeated requests").isGreaterThan(SEEDS / 10);
  }
}
