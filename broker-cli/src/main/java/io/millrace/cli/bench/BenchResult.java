package io.millrace.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run made: a rate, and latencies by what they are from and to.
 *
 * @param what the benchmark's name
 * @param events how many
 * @param bytes of their values
 * @param seconds from the first event to the last answer
 * @param latencies in nanoseconds; empty where none were taken
 */
record BenchResult(
    String what, long events, long bytes, double seconds, Map<String, Histogram> latencies) {

  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

  BenchResult {
    latencies = new LinkedHashMap<>(latencies);
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
            "%s: %,d events, %,d bytes in %.2f s: %,.0f events/s, %,.1f MB/s%n",
            what,
            events,
            bytes,
            seconds,
            events / seconds,
            bytes / seconds / 1e6));
    latencies.forEach(
        (name, histogram) -> {
          text.append(String.format("%s, ms:", name));
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
    json.writeStringField("bench", what);
    json.writeNumberField("events", events);
    json.writeNumberField("bytes", bytes);
    json.writeNumberField("seconds", seconds);
    json.writeNumberField("eventsPerSecond", events / seconds);
    json.writeNumberField("megabytesPerSecond", bytes / seconds / 1e6);
    json.writeObjectFieldStart("latencyMillis");
    for (Map.Entry<String, Histogram> latency : latencies.entrySet()) {
      json.writeObjectFieldStart(latency.getKey());
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
