package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.util.List;
import java.util.stream.Stream;

/**
 * A scenario, which is measured on every system.
 *
 * @param name the name in {@code --only} and in results
 * @param title the name that people read
 */
record Scenario(String name, String title, WorkloadSpec spec) {

  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 1024;
  private static final int RATE = 10_000;
  private static final long FILL_BYTES = 500_000_000;
  private static final long COLD_BYTES = 2_000_000_000;
  private static final int PARTITIONS = 1_000;
  private static final int CONNECTIONS = 200;
  private static final int FILTERS = 10;
  private static final int FILTERED_RATE = 2_000;

  /** The scenarios that are measured by default, in this order. */
  static final List<Scenario> SHORT =
      List.of(
          produce(SMALL_BYTES, Durability.STORED),
          produce(SMALL_BYTES, Durability.SYNCED),
          produce(LARGE_BYTES, Durability.STORED),
          produce(LARGE_BYTES, Durability.SYNCED),
          consume(SMALL_BYTES),
          consume(LARGE_BYTES),
          scheduled(Durability.STORED),
          scheduled(Durability.SYNCED),
          oneInFlight(Durability.STORED),
          oneInFlight(Durability.SYNCED),
          new Scenario(
              "start",
              "start to first acknowledged event",
              WorkloadSpec.of(Kind.FIRST_EVENT, SMALL_BYTES, Durability.SYNCED)));

  /** The scenarios that take longer, and are measured with {@code --long}. */
  static final List<Scenario> LONG =
      List.of(
          partitions("", Kind.PRODUCE_SPREAD, ", each event to the next"),
          partitions("-sticky", Kind.PRODUCE, ", the client chooses"),
          connections("produce", Kind.PRODUCE_CONNECTIONS),
          connections("consume", Kind.CONSUME_CONNECTIONS),
          new Scenario(
              "cold",
              "consume " + LARGE_BYTES + " B, cold",
              WorkloadSpec.of(Kind.COLD_READ, LARGE_BYTES, Durability.SYNCED)
                  .fillBytes(COLD_BYTES)),
          filter("source", Kind.FILTER_SOURCE, "source"),
          filter("json", Kind.FILTER_JSON, "source and JSON field"),
          new Scenario(
              "beside-filters",
              String.format(
                  "append %,d/s x %d B, stored, beside %d filters",
                  FILTERED_RATE, LARGE_BYTES, FILTERS),
              WorkloadSpec.of(Kind.BESIDE_FILTERS, LARGE_BYTES, Durability.STORED)
                  .connections(FILTERS)
                  .eventsPerSecond(FILTERED_RATE)));

  /** All scenarios. */
  static Stream<Scenario> all() {
    return Stream.concat(SHORT.stream(), LONG.stream());
  }

  private static Scenario partitions(String suffix, Kind kind, String how) {
    return new Scenario(
        "partitions-" + PARTITIONS + suffix,
        String.format("produce %d B, synced, %,d partitions%s", SMALL_BYTES, PARTITIONS, how),
        WorkloadSpec.of(kind, SMALL_BYTES, Durability.SYNCED).partitions(PARTITIONS));
  }

  private static Scenario connections(String what, Kind kind) {
    return new Scenario(
        "connections-" + CONNECTIONS + "-" + what,
        String.format("%s %d B, synced, %d connections", what, LARGE_BYTES, CONNECTIONS),
        WorkloadSpec.of(kind, LARGE_BYTES, Durability.SYNCED)
            .connections(CONNECTIONS)
            .fillBytes(FILL_BYTES / CONNECTIONS));
  }

  private static Scenario filter(String name, Kind kind, String what) {
    return new Scenario(
        "filter-" + name,
        "filter by " + what + ", " + LARGE_BYTES + " B of JSON",
        WorkloadSpec.of(kind, LARGE_BYTES, Durability.SYNCED).fillBytes(FILL_BYTES));
  }

  private static Scenario produce(int bytes, Durability durability) {
    return new Scenario(
        "produce-" + bytes + "-" + word(durability),
        "produce " + bytes + " B, " + word(durability),
        WorkloadSpec.of(Kind.PRODUCE, bytes, durability));
  }

  private static Scenario consume(int bytes) {
    return new Scenario(
        "consume-" + bytes,
        "consume " + bytes + " B, warm",
        WorkloadSpec.of(Kind.CONSUME, bytes, Durability.SYNCED).fillBytes(FILL_BYTES));
  }

  private static Scenario scheduled(Durability durability) {
    return new Scenario(
        "latency-" + word(durability),
        String.format("send to receive, %,d/s x %d B, %s", RATE, SMALL_BYTES, word(durability)),
        WorkloadSpec.of(Kind.SCHEDULED, SMALL_BYTES, durability).eventsPerSecond(RATE));
  }

  private static Scenario oneInFlight(Durability durability) {
    return new Scenario(
        "one-in-flight-" + word(durability),
        "one in flight, " + SMALL_BYTES + " B, " + word(durability),
        WorkloadSpec.of(Kind.ONE_IN_FLIGHT, SMALL_BYTES, durability));
  }

  private static String word(Durability durability) {
    return switch (durability) {
      case STORED -> "stored";
      case SYNCED -> "synced";
    };
  }

  /** The metrics of this scenario, one for each row of the result table. */
  List<Metric> metrics() {
    return switch (spec.kind()) {
      case PRODUCE, PRODUCE_SPREAD, PRODUCE_CONNECTIONS, CONSUME, CONSUME_CONNECTIONS ->
          List.of(
              spec.sizeBytes() < LARGE_BYTES ? Metric.KILO_EVENTS : Metric.MEGABYTES,
              Metric.BROKER_CPU,
              Metric.CLIENT_CPU);
      case SCHEDULED ->
          List.of(
              Metric.latency("receive", 50),
              Metric.latency("receive", 99),
              Metric.latency("receive", 99.9),
              Metric.latency("late", 50),
              Metric.latency("late", 99));
      case ONE_IN_FLIGHT ->
          List.of(Metric.latency("acknowledge", 50), Metric.latency("acknowledge", 99));
      case COLD_READ ->
          List.of(
              Metric.MEGABYTES,
              Metric.DISK,
              Metric.FROM_DISK,
              Metric.BROKER_CPU,
              Metric.latency("tail_alone", 50),
              Metric.latency("tail_beside", 50),
              Metric.latency("tail_alone", 99),
              Metric.latency("tail_beside", 99));
      case FILTER_SOURCE, FILTER_JSON ->
          List.of(Metric.KILO_EVENTS, Metric.EVENTS_PER_BROKER_CPU, Metric.CLIENT_CPU);
      case BESIDE_FILTERS ->
          List.of(
              Metric.latency("append_alone", 50),
              Metric.latency("append_beside", 50),
              Metric.latency("append_alone", 99),
              Metric.latency("append_beside", 99),
              Metric.CPU_ALONE,
              Metric.CPU_BESIDE);
      case FIRST_EVENT -> List.of(Metric.FIRST_EVENT, Metric.IDLE_MEMORY, Metric.IDLE_CPU);
    };
  }
}
