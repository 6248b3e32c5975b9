package io.millrace.benchmarks;

import java.util.Locale;

/**
 * A number in the result table.
 *
 * @param key the name of the number in a sample
 * @param label the name for people, with the unit
 * @param decimals number of decimals to print
 */
record Metric(String key, String label, int decimals) {

  static final Metric KILO_EVENTS = new Metric("kilo_events_per_second", "k events/s", 0);
  static final Metric MEGABYTES = new Metric("megabytes_per_second", "MB/s", 0);
  static final Metric BROKER_CPU = new Metric("broker_cpu_seconds_per_gb", "broker CPU s/GB", 2);
  static final Metric CLIENT_CPU = new Metric("client_cpu_seconds_per_gb", "client CPU s/GB", 2);
  static final Metric EVENTS_PER_BROKER_CPU =
      new Metric("kilo_events_per_broker_cpu_second", "k events / broker CPU s", 0);
  static final Metric CPU_ALONE =
      new Metric("broker_cpu_percent_alone", "appends alone, broker, % of a core", 0);
  static final Metric CPU_BESIDE =
      new Metric("broker_cpu_percent_beside", "beside filters, broker, % of a core", 0);
  static final Metric DISK = new Metric("disk_megabytes_per_second", "disk alone, MB/s", 0);
  static final Metric FROM_DISK = new Metric("disk_read_percent", "% that came from disk", 0);
  static final Metric FIRST_EVENT = new Metric("first_event_ms", "ms", 0);
  static final Metric IDLE_MEMORY = new Metric("idle_resident_mb", "idle, resident MB", 0);
  static final Metric IDLE_CPU = new Metric("idle_cpu_percent", "idle, % of a core", 2);

  /** A number with its unit. */
  String text(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f %s", value, label);
  }

  /**
   * A percentile of a latency.
   *
   * @param what the name of the latency in a {@link io.millrace.benchmarks.load.Measurement}
   */
  static Metric latency(String what, double percentile) {
    String name = percentileName(percentile);
    String label =
        switch (what) {
          case "late" -> "schedule itself late, ";
          case "append_alone" -> "appends alone, ";
          case "append_beside" -> "beside filters, ";
          case "tail_alone" -> "live tail alone, ";
          case "tail_beside" -> "live tail during it, ";
          default -> "";
        };
    return new Metric(what + "_" + name + "_us", label + name + " us", 0);
  }

  /** The name of a percentile, such as {@code p50} or {@code p99.9}. */
  static String percentileName(double percentile) {
    return percentile == Math.rint(percentile)
        ? "p" + (int) percentile
        : "p" + Double.toString(percentile);
  }
}
