package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random work on one partition, with restarts, kills and power failures; the invariants hold. */
class AppendSimulationTest {

  private static final int STEPS = 600;

  static LongStream seeds() {
    return LongStream.range(0, 12).map(i -> System.nanoTime() + i);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void killsLoseNothingThatWasStored(long seed) {
    run(Engine.MEMORY, seed, AckLevel.STORED, TestBroker::kill);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void powerFailuresLoseNothingThatWasSyncedOrSeenByDurableReaders(long seed) {
    run(Engine.MEMORY, seed, AckLevel.SYNCED, TestBroker::cutPower);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void killsLoseNothingOfAnEngineThatCompletesElsewhere(long seed) {
    run(Engine.COMPLETING, seed, AckLevel.STORED, TestBroker::kill);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void powerFailuresLoseNothingSyncedOfAnEngineThatCompletesElsewhere(long seed) {
    run(Engine.COMPLETING, seed, AckLevel.SYNCED, TestBroker::cutPower);
  }

  @Test
  void killsLoseNothingOfTheMappedEngine() {
    run(Engine.MAPPED, System.nanoTime(), AckLevel.STORED, TestBroker::kill);
  }

  @Test
  void aFixedSeed() {
    run(Engine.MEMORY, 1, AckLevel.STORED, TestBroker::kill);
  }

  private static void run(
      Engine engine, long seed, AckLevel ack, AppendSimulation.Disaster disaster) {
    try (TestBroker test = new TestBroker(engine)) {
      AppendSimulation simulation = new AppendSimulation(test, seed, ack, disaster);
      simulation.run(STEPS);
      assertThat(simulation.storedEvents())
          .as("the simulation did something, seed %d", seed)
          .isGreaterThan(50);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + " of " + disaster, e);
    }
  }
}
