package io.millrace.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * The result of one round of one system.
 *
 * @param events number of acknowledged or received events
 * @param bytes bytes of their values
 * @param seconds time from the first call to the last acknowledgement or event
 * @param brokerCpuSeconds CPU time of the broker's process in that time
 * @param clientCpuSeconds CPU time of the load process in that time
 * @param latencies the latencies in nanoseconds, by name; empty if the workload measures none
 * @param more numbers that only some workloads have, by name
 */
public record Measurement(
    long events,
    long bytes,
    double seconds,
    double brokerCpuSeconds,
    double clientCpuSeconds,
    Map<String, Histogram> latencies,
    Map<String, Double> more) {

  private static final int FIXED_WORDS = 5;

  /** Copies the maps and keeps their order. */
  public Measurement {
    latencies = new LinkedHashMap<>(latencies);
    more = new LinkedHashMap<>(more);
  }

  /** The measurement as one line of text. */
  public String toLine() {
    StringBuilder line = new StringBuilder();
    line.append(events).append(' ').append(bytes).append(' ').append(seconds);
    line.append(' ').append(brokerCpuSeconds).append(' ').append(clientCpuSeconds);
    latencies.forEach(
        (name, histogram) -> line.append(' ').append(name).append('=').append(encode(histogram)));
    more.forEach((name, value) -> line.append(' ').append(name).append(':').append(value));
    return line.toString();
  }

  /**
   * Parses the line that {@link #toLine()} returned.
   *
   * @throws IllegalArgumentException if the line is not a measurement
   */
  public static Measurement parse(String line) {
    String[] words = line.split(" ");
    if (words.length < FIXED_WORDS) {
      throw new IllegalArgumentException("not a measurement: " + line);
    }
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    Map<String, Double> more = new LinkedHashMap<>();
    for (String word : Arrays.asList(words).subList(FIXED_WORDS, words.length)) {
      int equals = word.indexOf('=');
      int colon = word.indexOf(':');
      if (equals > 0) {
        latencies.put(word.substring(0, equals), decode(word.substring(equals + 1)));
      } else {
        more.put(word.substring(0, colon), Double.parseDouble(word.substring(colon + 1)));
      }
    }
    return new Measurement(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        latencies,
        more);
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  private static Histogram decode(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)), 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a histogram: " + text, e);
    }
  }
}
