package io.millrace.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;

/**
 * Measures filters in events for each second of CPU time of the thread, so that the load of the
 * machine matters less. Values are two wiki edits in an envelope, about 1 KB, with the wanted field
 * at the end. Argument: the file of edits, one JSON object a line, in gzip.
 */
final class FilterBenchmark {

  private static final int EVENTS = 2000;
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 1_000_000_000L;
  private static final byte[] WANTED_SOURCE = utf8("en.wikipedia");

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final BatchEvents events;

  private FilterBenchmark(BatchEvents events) {
    this.events = events;
  }

  public static void main(String[] args) throws IOException {
    BatchEvents events = new BatchEvents(values(Path.of(args[0])));
    FilterBenchmark benchmark = new FilterBenchmark(events);
    System.out.printf("%d events, %.0f bytes of value%n", EVENTS, events.meanValueBytes());
    benchmark.filter("source == 'en.wikipedia'");
    benchmark.filter("source == 'en.wikipedia' && json.delta > 100");
    benchmark.filter("json.delta > 100");
    benchmark.filter("json.missing > 100");
    benchmark.filter("json.before.page contains 'Talk' && json.delta > 100");
    benchmark.filter("value contains '\"delta\"'");
    benchmark.filter("json.before.page matches 'Talk.*[0-9]'");
    benchmark.measure(
        "json.delta > 100, found with Jackson's streaming parser", benchmark::jackson);
  }

  private void filter(String text) {
    FilterMatcher matcher = Filter.parse(text).newMatcher();
    measure(text, () -> matcher.matches(events));
  }

  private void measure(String name, BooleanSupplier test) {
    double[] rates = new double[ROUNDS];
    long matches = 0;
    long allocated = 0;
    long tested = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
      long start = threads.getCurrentThreadCpuTime();
      long nanos;
      tested = 0;
      matches = 0;
      do {
        for (int i = 0; i < EVENTS; i++) {
          events.select(i);
          matches += test.getAsBoolean() ? 1 : 0;
        }
        tested += EVENTS;
        nanos = threads.getCurrentThreadCpuTime() - start;
      } while (nanos < ROUND_NANOS);
      allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
      rates[round] = tested * 1e6 / nanos;
    }
    double[] warm = Arrays.copyOfRange(rates, 2, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "%-60s %8.0f k events/s (%.0f to %.0f), %5.1f %% match, %.0f B/event%n",
        name,
        warm[warm.length / 2],
        warm[0],
        warm[warm.length - 1],
        100.0 * matches / tested,
        (double) allocated / tested);
  }

  private final JsonFactory factory = new JsonFactory();
  private final ByteRange range = new ByteRange();
  private final byte[] copy = new byte[1 << 16];

  private boolean jackson() {
    events.value(range);
    range.copyTo(copy);
    try (JsonParser parser = factory.createParser(copy, 0, range.length())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("delta");
        JsonToken token = parser.nextToken();
        if (wanted) {
          return token == JsonToken.VALUE_NUMBER_INT && parser.getLongValue() > 100;
        }
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> values(Path edits) throws IOException {
    List<byte[]> values = new ArrayList<>();
    Random random = new Random(1);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(edits)), StandardCharsets.UTF_8))) {
      for (int i = 0; i < EVENTS; i++) {
        int delta = random.nextInt(100) < 28 ? 101 + random.nextInt(1000) : random.nextInt(100);
        values.add(
            utf8(
                "{\"id\":"
                    + i
                    + ",\"before\":"
                    + reader.readLine()
                    + ",\"after\":"
                    + reader.readLine()
                    + ",\"delta\":"
                    + delta
                    + "}"));
      }
    }
    return values;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A cursor over events in one direct buffer, of which 47 % have the wanted source. */
  private static final class BatchEvents implements FilterEvent {

    private final ByteBuffer bytes;
    private final int[] valueAt = new int[EVENTS + 1];
    private final byte[][] sources = new byte[EVENTS][];
    private final int[] sourceAt = new int[EVENTS];
    private int selected;

    BatchEvents(List<byte[]> values) {
      Random random = new Random(2);
      bytes = ByteBuffer.allocateDirect(values.stream().mapToInt(v -> v.length + 20).sum());
      for (int i = 0; i < EVENTS; i++) {
        sources[i] = random.nextInt(100) < 47 ? WANTED_SOURCE : utf8("de.wikipedia");
        sourceAt[i] = bytes.position();
        bytes.put(sources[i]);
        valueAt[i] = bytes.position();
        bytes.put(values.get(i));
      }
      valueAt[EVENTS] = bytes.position();
    }

    double meanValueBytes() {
      return (double) valueAt[EVENTS] / EVENTS - WANTED_SOURCE.length;
    }

    void select(int index) {
      selected = index;
    }

    @Override
    public int partition() {
      return 0;
    }

    @Override
    public long offset() {
      return selected;
    }

    @Override
    public long timestampMicros() {
      return 0;
    }

    @Override
    public long appendTimeMicros() {
      return 0;
    }

    @Override
    public void source(ByteRange to) {
      to.set(bytes, sourceAt[selected], sources[selected].length);
    }

    @Override
    public void key(ByteRange to) {
      to.setAbsent();
    }

    @Override
    public void value(ByteRange to) {
      int end = selected + 1 < EVENTS ? sourceAt[selected + 1] : valueAt[EVENTS];
      to.set(bytes, valueAt[selected], end - valueAt[selected]);
    }

    @Override
    public boolean header(byte[] name, ByteRange to) {
      return false;
    }
  }
}
