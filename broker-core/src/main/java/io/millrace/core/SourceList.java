package io.millrace.core;

import io.millrace.core.Partition.SourceSummary;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The sources of a topic, with a summary of the events of each. It reserves memory for each source
 * that it gets, until it is closed. One thread at a time.
 */
public final class SourceList implements AutoCloseable {

  /**
   * Bytes of heap of a source in addition to its text: an entry of the map (48), a string (40), the
   * summary (40), and its place in the sorted list (8). Measured with a heap histogram. The source
   * in the answer takes the place of the entry.
   */
  static final int SOURCE_BYTES = 136;

  /** Bytes of heap of a skipped range, and of its copy in the answer. */
  private static final int SKIPPED_BYTES = 2 * 48;

  /** The offsets of {@link Skipped} if the whole partition is left out. */
  public static final long ALL = -1;

  /**
   * What the list leaves out because it is damaged.
   *
   * @param firstOffset {@link #ALL} if the partition cannot be read at all
   * @param endOffset exclusive; {@link #ALL} if the partition cannot be read at all
   */
  public record Skipped(int partition, long firstOffset, long endOffset) {}

  private final MemoryShare share;
  private final Map<String, Seen> seen = new HashMap<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private long reserved;

  SourceList(MemoryShare share) {
    this.share = share;
  }

  private static final class Seen {
    long count;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;

    void add(long eventTimeMicros) {
      count++;
      firstMicros = Math.min(firstMicros, eventTimeMicros);
      lastMicros = Math.max(lastMicros, eventTimeMicros);
    }
  }

  /**
   * Counts an event.
   *
   * @throws BrokerException {@code TOO_MANY_IN_FLIGHT} if the lists that are made at the same time
   *     leave no memory, {@code LIMIT_REACHED} if this list alone needs more than there is
   */
  void add(String source, long eventTimeMicros) {
    Seen known = seen.get(source);
    if (known == null) {
      reserve(SOURCE_BYTES + 2L * source.length());
      known = new Seen();
      seen.put(source, known);
    }
    known.add(eventTimeMicros);
  }

  /**
   * Notes offsets of which the list has no events.
   *
   * @throws BrokerException as {@link #add}
   */
  void skip(int partition, long firstOffset, long endOffset) {
    int last = skipped.size() - 1;
    if (last >= 0
        && skipped.get(last).partition() == partition
        && skipped.get(last).endOffset() == firstOffset) {
      skipped.set(last, new Skipped(partition, skipped.get(last).firstOffset(), endOffset));
      return;
    }
    reserve(SKIPPED_BYTES);
    skipped.add(new Skipped(partition, firstOffset, endOffset));
  }

  /** Notes a partition that cannot be read at all. */
  void skipAll(int partition) {
    skip(partition, ALL, ALL);
  }

  /** What the list leaves out, by partition and offset. Adjacent offsets are one range. */
  public List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  private void reserve(long bytes) {
    if (share.tryReserve(bytes)) {
      reserved += bytes;
      return;
    }
    if (reserved + bytes > share.limit()) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the list has more than "
              + seen.size()
              + " sources, which fill the "
              + share.limit()
              + " bytes of heap for lists of sources; read the events instead, or give the broker"
              + " more heap (MILLRACE_HEAP)");
    }
    throw new BrokerException(
        ErrorCode.TOO_MANY_IN_FLIGHT,
        "the lists of sources that the broker makes now fill the "
            + share.limit()
            + " bytes of heap for them; try again later");
  }

  /** The sources in the order of their names, each converted. Empties the list. */
  public <T> List<T> drain(Function<SourceSummary, T> as) {
    List<String> names = new ArrayList<>(seen.keySet());
    names.sort(Comparator.naturalOrder());
    List<T> sources = new ArrayList<>(names.size());
    for (String name : names) {
      Seen of = seen.remove(name);
      sources.add(as.apply(new SourceSummary(name, of.count, of.firstMicros, of.lastMicros)));
    }
    return sources;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    share.release(reserved);
    reserved = 0;
  }
}
