package io.millrace.simulation;

final class PartitionSimulationOddSeedsTest extends SimulatedSeeds {

  @Override
  int parity() {
    return 1;
  }
}
