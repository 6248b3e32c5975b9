package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Durability;

/**
 * What a load process does.
 *
 * @param kind which workload
 * @param sizeBytes of each value
 * @param durability of what is acknowledged and delivered
 * @param partitions of the topic
 * @param connections at the same time, for those that use several
 * @param eventsPerSecond of the schedule, for those that have one
 * @param fillBytes of values that a topic is filled with before it is read
 */
public record WorkloadSpec(
    Kind kind,
    int sizeBytes,
    Durability durability,
    int partitions,
    int connections,
    int eventsPerSecond,
    long fillBytes) {

  /** The workloads there are. */
  public enum Kind {
    /** {@link ProduceWorkload}. */
    PRODUCE,
    /** {@link ProduceWorkload}, each event to the next partition. */
    PRODUCE_SPREAD,
    /** {@link ConnectionsProduceWorkload}. */
    PRODUCE_CONNECTIONS,
    /** {@link ConsumeWorkload}. */
    CONSUME,
    /** {@link ConnectionsConsumeWorkload}. */
    CONSUME_CONNECTIONS,
    /** {@link ColdReadWorkload}. */
    COLD_READ,
    /** {@link ScheduledWorkload}. */
    SCHEDULED,
    /** {@link OneInFlightWorkload}. */
    ONE_IN_FLIGHT,
    /** {@link FirstEventWorkload}. */
    FIRST_EVENT
  }

  /** One topic of one partition, one connection, no schedule. */
  public static WorkloadSpec of(Kind kind, int sizeBytes, Durability durability) {
    return new WorkloadSpec(kind, sizeBytes, durability, 1, 1, 0, 0);
  }

  /** This with another durability. */
  public WorkloadSpec durability(Durability other) {
    return new WorkloadSpec(
        kind, sizeBytes, other, partitions, connections, eventsPerSecond, fillBytes);
  }

  /** This with a schedule. */
  public WorkloadSpec eventsPerSecond(int rate) {
    return new WorkloadSpec(kind, sizeBytes, durability, partitions, connections, rate, fillBytes);
  }

  /** This with a topic that is filled first. */
  public WorkloadSpec fillBytes(long bytes) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, partitions, connections, eventsPerSecond, bytes);
  }

  /** This with other partitions. */
  public WorkloadSpec partitions(int count) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, count, connections, eventsPerSecond, fillBytes);
  }

  /** This with several connections. */
  public WorkloadSpec connections(int count) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, partitions, count, eventsPerSecond, fillBytes);
  }

  /** This as one argument of a command. */
  public String toArgument() {
    return String.join(
        ",",
        kind.name(),
        Integer.toString(sizeBytes),
        durability.name(),
        Integer.toString(partitions),
        Integer.toString(connections),
        Integer.toString(eventsPerSecond),
        Long.toString(fillBytes));
  }

  /** Reads what {@link #toArgument()} wrote. */
  public static WorkloadSpec parse(String argument) {
    String[] words = argument.split(",");
    return new WorkloadSpec(
        Kind.valueOf(words[0]),
        Integer.parseInt(words[1]),
        Durability.valueOf(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Long.parseLong(words[6]));
  }
}
