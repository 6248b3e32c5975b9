package io.millrace.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one round made of one system.
 *
 * @param events acknowledged, or received
 * @param bytes of their values, and of nothing else
 * @param seconds from the first call to the last acknowledgement or event
 * @param brokerCpuSeconds processor time of the broker's process in that time
 * @param clientCpuSeconds processor time of the load process in that time
 * @param latencies in nanoseconds, by what they are from and to; empty where none were taken
 */
public record Measurement(
    long events,
    long bytes,
    double seconds,
    double brokerCpuSeconds,
    double clientCpuSeconds,
    Map<String, Histogram> latencies) {

  /** Copies the map, in its order. */
  public Measurement {
    latencies = new LinkedHashMap<>(latencies);
  }

  /** This as one line of text. */
  public String toLine() {
    StringBuilder line = new StringBuilder();
    line.append(events).append(' ').append(bytes).append(' ').append(seconds);
    line.append(' ').append(brokerCpuSeconds).append(' ').append(clientCpuSeconds);
    latencies.forEach(
        (name, histogram) -> line.append(' ').append(name).append('=').append(encode(histogram)));
    return line.toString();
  }

  /**
   * Reads what {@link #toLine()} wrote.
   *
   * @throws IllegalArgumentException if it did not
   */
  public static Measurement parse(String line) {
    String[] words = line.split(" ");
    if (words.length < 5) {
      throw new IllegalArgumentException("not a measurement: " + line);
    }
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    for (int i = 5; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      latencies.put(words[i].substring(0, equals), decode(words[i].substring(equals + 1)));
    }
    return new Measurement(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        latencies);
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
