package io.millrace.protocol.wire;

/**
 * One source of a topic. The fields after {@code lastSeenMicros} exist since version {@link
 * ListSourcesResponse#SUMMARY_SINCE}; in an earlier version they are 0, and {@code lastSequence} is
 * -1.
 *
 * @param source name of the source
 * @param count number of its events
 * @param firstSeenMicros smallest event time, microseconds since the epoch, UTC
 * @param lastSeenMicros largest event time, microseconds since the epoch, UTC
 * @param lastAppendMicros largest append time, microseconds since the epoch, UTC
 * @param milliEventsPerSecond rate of appends, in thousandths of an event per second
 * @param meanSkewMicros mean of append time minus event time, in microseconds
 * @param maxSkewMicros largest append time minus event time, in microseconds
 * @param lastSequence largest number of an event among those of its source; -1: none has a number
 * @param missing numbers between the smallest and the largest that no event has
 * @param repeated events whose number an earlier event has
 */
public record SourceInfo(
    String source,
    long count,
    long firstSeenMicros,
    long lastSeenMicros,
    long lastAppendMicros,
    long milliEventsPerSecond,
    long meanSkewMicros,
    long maxSkewMicros,
    long lastSequence,
    long missing,
    long repeated) {

  private static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 3 * 8;
  private static final int MIN_BYTES_OF_SUMMARY = MIN_BYTES + 7 * 8;

  /** A source as a version before {@link ListSourcesResponse#SUMMARY_SINCE} has it. */
  public SourceInfo(String source, long count, long firstSeenMicros, long lastSeenMicros) {
    this(source, count, firstSeenMicros, lastSeenMicros, 0, 0, 0, 0, -1, 0, 0);
  }

  /** The smallest size in a version, with an empty name. */
  static int minBytes(int version) {
    return version >= ListSourcesResponse.SUMMARY_SINCE ? MIN_BYTES_OF_SUMMARY : MIN_BYTES;
  }

  static SourceInfo decode(WireReader in) {
    String source = in.string("source");
    long count = in.i64("count");
    long firstSeenMicros = in.i64("firstSeenMicros");
    long lastSeenMicros = in.i64("lastSeenMicros");
    if (in.version() < ListSourcesResponse.SUMMARY_SINCE) {
      return new SourceInfo(source, count, firstSeenMicros, lastSeenMicros);
    }
    return new SourceInfo(
        source,
        count,
        firstSeenMicros,
        lastSeenMicros,
        in.i64("lastAppendMicros"),
        in.i64("milliEventsPerSecond"),
        in.i64("meanSkewMicros"),
        in.i64("maxSkewMicros"),
        in.i64("lastSequence"),
        in.i64("missing"),
        in.i64("repeated"));
  }

  void encode(WireWriter out) {
    out.string(source);
    out.i64(count);
    out.i64(firstSeenMicros);
    out.i64(lastSeenMicros);
    if (out.version() >= ListSourcesResponse.SUMMARY_SINCE) {
      out.i64(lastAppendMicros);
      out.i64(milliEventsPerSecond);
      out.i64(meanSkewMicros);
      out.i64(maxSkewMicros);
      out.i64(lastSequence);
      out.i64(missing);
      out.i64(repeated);
    }
  }
}
