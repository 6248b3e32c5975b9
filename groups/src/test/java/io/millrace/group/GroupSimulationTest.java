package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroupSimulationTest {

  private static final int SEEDS = Integer.getInteger("millrace.group.seeds", 200);
  private static final long FIRST_SEED = Long.getLong("millrace.group.firstSeed", 1);
  private static final int STEPS = 150;

  @Test
  void holdsItsRulesUnderFaults() {
    long commits = 0;
    long changes = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        GroupSimulation.Summary summary = new GroupSimulation(seed).run(STEPS);
        commits += summary.acceptedCommits();
        changes += summary.grants();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed "
                + seed
                + "; repeat with -Dmillrace.group.seeds=1 -Dmillrace.group.firstSeed="
                + seed,
            e);
      }
    }
    assertThat(commits).as("accepted commits").isGreaterThan(SEEDS);
    assertThat(changes).as("changes of assignments").isGreaterThan(SEEDS);
  }
}
