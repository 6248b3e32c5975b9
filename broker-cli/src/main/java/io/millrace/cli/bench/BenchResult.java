package io.millrace.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The result of a benchmark.
 *
 * @param name the benchmark's name
 * @param events number of events
 * @param bytes bytes of their values
 * @param seconds time from the first event to the last answer
 * @param latencies the latencies in nanoseconds; empty if the benchmark measures none
 */
record BenchResult(
    String name, long events, long bytes, double seconds, Map<LatencyKind, Histogram> latencies) {

  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

  BenchResult {
    latencies = new TreeMap<>(latencies);
  }

  void print(Streams streams, OutputOption output) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(streams, this::write);
    } else {
      streams.print(text());
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s, %s in %.2f s: %,.0f events/s, %,.1f MB/s%n",
            name,
            Plural.of(events, "event"),
            Plural.of(bytes, "byte"),
            seconds,
            events / seconds,
            bytes / seconds / 1e6));
    latencies.forEach(
        (kind, histogram) -> {
          text.append(String.format("latency from %s, ms:", kind.label()));
          for (double percentile : PERCENTILES) {
            text.append(
                String.format(
                    Locale.ROOT,
                    "  p%s %.3f",
                    label(percentile),
                    histogram.getValueAtPercentile(percentile) / 1e6));
          }
          text.append(String.format(Locale.ROOT, "  max %.3f%n", histogram.getMaxValue() / 1e6));
        });
    return text.toString();
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("bench", name);
    json.writeNumberField("events", events);
    json.writeNumberField("valueBytes", bytes);
    json.writeNumberField("seconds", seconds);
    json.writeNumberField("eventsPerSecond", events / seconds);
    json.writeNumberField("megabytesPerSecond", bytes / seconds / 1e6);
    json.writeObjectFieldStart("latencyMillis");
    for (Map.Entry<LatencyKind, Histogram> latency : latencies.entrySet()) {
      json.writeObjectFieldStart(latency.getKey().jsonName());
      for (double percentile : PERCENTILES) {
        json.writeNumberField(
            "p" + label(percentile), latency.getValue().getValueAtPercentile(percentile) / 1e6);
      }
      json.writeNumberField("max", latency.getValue().getMaxValue() / 1e6);
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String label(double percentile) {
    return percentile == Math.rint(percentile)
        ? Integer.toString((int) percentile)
        : Double.toString(percentile);
  }
}
