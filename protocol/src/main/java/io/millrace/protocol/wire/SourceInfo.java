package io.millrace.protocol.wire;

/**
 * One source of a topic.
 *
 * @param source name of the source
 * @param count number of its events
 * @param firstSeenMicros smallest event time, microseconds since the epoch, UTC
 * @param lastSeenMicros largest event time, microseconds since the epoch, UTC
 */
public record SourceInfo(String source, long count, long firstSeenMicros, long lastSeenMicros) {

  /** The smallest size, with an empty name. */
  static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 3 * 8;

  static SourceInfo decode(WireReader in) {
    return new SourceInfo(
        in.string("source"), in.i64("count"), in.i64("firstSeenMicros"), in.i64("lastSeenMicros"));
  }

  void encode(WireWriter out) {
    out.string(source);
    out.i64(count);
    out.i64(firstSeenMicros);
    out.i64(lastSeenMicros);
  }
}
