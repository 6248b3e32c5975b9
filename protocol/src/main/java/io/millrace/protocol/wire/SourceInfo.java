package io.millrace.protocol.wire;

/**
 * One source of a topic.
 *
 * @param source its name
 * @param count how many events it has
 * @param firstSeenMicros smallest event time, microseconds since the epoch, UTC
 * @param lastSeenMicros largest event time, microseconds since the epoch, UTC
 */
public record SourceInfo(String source, long count, long firstSeenMicros, long lastSeenMicros) {

  /** Bytes of a source without a name. */
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
