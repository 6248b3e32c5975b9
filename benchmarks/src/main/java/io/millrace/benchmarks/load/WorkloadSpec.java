package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Durability;

/**
 * The description of a workload.
 *
 * @param kind the kind of workload
 * @param sizeBytes size of each value
 * @param durability how safe events are when they are acknowledged and delivered
 * @param partitions partitions of the topic
 * @param connections number of connections, or of subscriptions with a filter, for the workloads
 *     that use several
 * @param eventsPerSecond rate of the schedule, for the workloads that have one
 * @param fillBytes bytes of values with which a topic is filled before it is read
 */
public record WorkloadSpec(
    Kind kind,
    int sizeBytes,
    Durability durability,
    int partitions,
    int connections,
    int eventsPerSecond,
    long fillBytes) {

  /** The kinds of workload. */
  public enum Kind {
    /** {@link ProduceWorkload}. */
    PRODUCE,
    /** {@link ProduceWorkload}, with each event to the next partition. */
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
    /** {@link FilterWorkload}, with a filter for one source. Millrace only. */
    FILTER_SOURCE,
    /** {@link FilterWorkload}, with a filter for one source and a JSON field. Millrace only. */
    FILTER_JSON,
    /** {@link BesideFiltersWorkload}. Millrace only. */
    BESIDE_FILTERS,
    /** {@link FirstEventWorkload}. */
    FIRST_EVENT
  }

  /** A workload with one partition, one connection and no schedule. */
  public static WorkloadSpec of(Kind kind, int sizeBytes, Durability durability) {
    return new WorkloadSpec(kind, sizeBytes, durability, 1, 1, 0, 0);
  }

  /** The same workload with another durability. */
  public WorkloadSpec durability(Durability other) {
    return new WorkloadSpec(
        kind, sizeBytes, other, partitions, connections, eventsPerSecond, fillBytes);
  }

  /** The same workload with a schedule. */
  public WorkloadSpec eventsPerSecond(int rate) {
    return new WorkloadSpec(kind, sizeBytes, durability, partitions, connections, rate, fillBytes);
  }

  /** The same workload with a topic that is filled first. */
  public WorkloadSpec fillBytes(long bytes) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, partitions, connections, eventsPerSecond, bytes);
  }

  /** The same workload with another number of partitions. */
  public WorkloadSpec partitions(int count) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, count, connections, eventsPerSecond, fillBytes);
  }

  /** The same workload with several connections. */
  public WorkloadSpec connections(int count) {
    return new WorkloadSpec(
        kind, sizeBytes, durability, partitions, count, eventsPerSecond, fillBytes);
  }

  /** The workload as one argument of a command. */
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

  /** Parses what {@link #toArgument()} returned. */
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
