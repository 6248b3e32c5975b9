package io.millrace.simulation;

final class PartitionSimulationTest extends SimulatedSeeds {

  @Override
  int parity() {
    return 0;
  }
}
