package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.SourceSequence;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The sources of a topic, with a summary of the events of each, and the position in each partition
 * up to which it takes events into account. It reserves memory for each source that it gets, until
 * it is closed. One thread at a time.
 */
public final class SourceList implements AutoCloseable {

  /**
   * Bytes of heap of a source in addition to its text: an entry of the map (48), a string (40), the
   * tally (80), and its place in the sorted list (8). Measured with a heap histogram. The source in
   * the answer takes the place of the entry and the tally.
   */
  static final int SOURCE_BYTES = 176;

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

  /**
   * The most that a list holds. Events of further sources are counted together.
   *
   * @param bytes bytes of heap
   */
  record Limit(int sources, long bytes) {

    /** Only the memory is a limit. A list that exceeds it is refused. */
    static final Limit NONE = new Limit(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private final MemoryShare share;
  private final InstantSource clock;
  private final Limit limit;
  private final Map<String, SourceTally> sources = new HashMap<>();
  private final SortedMap<Integer, List<Skipped>> skipped = new TreeMap<>();
  private final SortedMap<Integer, Skipped> unreadable = new TreeMap<>();
  private final SortedMap<Integer, Long> positions = new TreeMap<>();
  private long otherEvents;
  private long reserved;

  /** The time to which the rates belong; 0 until somebody asks. */
  private long asOfMicros;

  /** A list without a limit but the memory. */
  SourceList(MemoryShare share, InstantSource clock) {
    this(share, clock, Limit.NONE);
  }

  SourceList(MemoryShare share, InstantSource clock, Limit limit) {
    this.share = share;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * A copy, which its receiver closes.
   *
   * @param from where the copy reserves its memory
   * @throws BrokerException as {@link #add}
   */
  SourceList copy(MemoryShare from) {
    SourceList copy = new SourceList(from, clock);
    copy.reserve(reserved);
    sources.forEach((name, tally) -> copy.sources.put(name, tally.copy()));
    skipped.forEach((partition, ranges) -> copy.skipped.put(partition, new ArrayList<>(ranges)));
    copy.unreadable.putAll(unreadable);
    copy.positions.putAll(positions);
    copy.otherEvents = otherEvents;
    return copy;
  }

  /**
   * Counts an event.
   *
   * @param number its number among the events of the source, or {@link SourceSequence#NONE}
   * @throws BrokerException {@code TOO_MANY_IN_FLIGHT} if the lists that are made at the same time
   *     leave no memory, {@code LIMIT_REACHED} if this list alone needs more than there is. The
   *     event is then not counted
   */
  void add(String source, long eventTimeMicros, long appendTimeMicros, int partition, long number) {
    SourceTally known = sources.get(source);
    if (known == null) {
      known = new SourceTally();
      if (!admit(source, known)) {
        otherEvents++;
        return;
      }
    }
    if (number != SourceSequence.NONE && !known.hasNumbers()) {
      reserve(SourceNumbers.HEAP_BYTES);
    }
    known.add(eventTimeMicros, appendTimeMicros);
    if (number != SourceSequence.NONE) {
      known.addNumber(partition, number);
    }
  }

  /** Adds a source that was saved. If it exceeds the limit, its events are others. */
  void restore(String source, SourceTally tally) {
    if (!admit(source, tally)) {
      otherEvents += tally.count();
    } else if (tally.hasNumbers()) {
      reserve(SourceNumbers.HEAP_BYTES);
    }
  }

  /** False, with nothing changed, if the list has as many sources as its limit allows. */
  private boolean admit(String source, SourceTally tally) {
    long bytes = SOURCE_BYTES + 2L * source.length();
    if (sources.size() >= limit.sources() || reserved + bytes > limit.bytes()) {
      return false;
    }
    reserve(bytes);
    sources.put(source, tally);
    return true;
  }

  /**
   * Notes offsets of which the list has no events.
   *
   * @throws BrokerException as {@link #add}
   */
  void skip(int partition, long firstOffset, long endOffset) {
    List<Skipped> ranges = skipped.computeIfAbsent(partition, none -> new ArrayList<>());
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).endOffset() == firstOffset) {
      ranges.set(last, new Skipped(partition, ranges.get(last).firstOffset(), endOffset));
      return;
    }
    reserve(SKIPPED_BYTES);
    ranges.add(new Skipped(partition, firstOffset, endOffset));
  }

  /** Forgets skipped offsets below the start of a partition. */
  void forgetSkippedBelow(int partition, long start) {
    List<Skipped> ranges = skipped.get(partition);
    if (ranges != null) {
      int before = ranges.size();
      ranges.removeIf(range -> range.endOffset() <= start);
      release((long) (before - ranges.size()) * SKIPPED_BYTES);
    }
  }

  /** Notes a partition that cannot be read at all. */
  void skipAll(int partition) {
    unreadable.put(partition, new Skipped(partition, ALL, ALL));
    positions.putIfAbsent(partition, 0L);
  }

  /** Forgets the partitions that could not be read at all: the next scan tries them again. */
  void retryUnreadable() {
    unreadable.clear();
  }

  /** What the list leaves out, by partition and offset. Adjacent offsets are one range. */
  public List<Skipped> skipped() {
    SortedMap<Integer, List<Skipped>> all = new TreeMap<>(skipped);
    unreadable.forEach((partition, whole) -> all.put(partition, List.of(whole)));
    return all.values().stream().flatMap(List::stream).toList();
  }

  /** Offsets that are skipped, without partitions that cannot be read at all. */
  List<Skipped> skippedOffsets() {
    return skipped.values().stream().flatMap(List::stream).toList();
  }

  /** One past the last offset of a partition that is taken into account; 0 before the first. */
  long position(int partition) {
    return positions.getOrDefault(partition, 0L);
  }

  /** Moves the position in a partition. */
  void reached(int partition, long position) {
    positions.put(partition, position);
  }

  /** The positions, by partition. */
  public List<Long> positions() {
    int partitions = positions.isEmpty() ? 0 : positions.lastKey() + 1;
    List<Long> all = new ArrayList<>(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      all.add(position(partition));
    }
    return all;
  }

  /** Events of sources that the list does not name, because it has as many as it may have. */
  public long otherEvents() {
    return otherEvents;
  }

  /** Adds events of sources that the list does not name. */
  void addOthers(long events) {
    otherEvents += events;
  }

  /** The time to which the rates belong: when this was first asked. */
  public long asOfMicros() {
    if (asOfMicros == 0) {
      asOfMicros = EpochMicros.of(clock.instant());
    }
    return asOfMicros;
  }

  /** Bytes of heap that the list has reserved. */
  long reservedBytes() {
    return reserved;
  }

  /** Number of sources. */
  int size() {
    return sources.size();
  }

  /** Gives each source to a receiver, in no order. */
  void forEach(BiConsumer<String, SourceTally> receiver) {
    sources.forEach(receiver);
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
              + sources.size()
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

  private void release(long bytes) {
    share.release(bytes);
    reserved -= bytes;
  }

  /** The sources in the order of their names, each converted. Empties the list. */
  public <T> List<T> drain(Function<SourceSummary, T> as) {
    List<String> names = new ArrayList<>(sources.keySet());
    names.sort(Comparator.naturalOrder());
    List<T> drained = new ArrayList<>(names.size());
    for (String name : names) {
      drained.add(as.apply(sources.remove(name).summary(name, asOfMicros())));
    }
    return drained;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    release(reserved);
  }
}
