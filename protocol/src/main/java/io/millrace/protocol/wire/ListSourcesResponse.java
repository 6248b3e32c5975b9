package io.millrace.protocol.wire;

import java.util.List;

/**
 * The sources of all partitions of a topic.
 *
 * @param sources sorted by name
 * @param skipped what the list leaves out because it is damaged, ascending; since version {@link
 *     #SKIPPED_SINCE}. In an earlier version the broker refuses the request instead
 * @param otherEvents events of sources that the list does not name, because the summary holds no
 *     more; since version {@link #SUMMARY_SINCE}, as the fields after it
 * @param asOfMicros the time of the broker's clock to which the rates belong; 0 in an earlier
 *     version
 * @param positions for each partition, one past the last offset that the list takes into account
 */
public record ListSourcesResponse(
    List<SourceInfo> sources,
    List<SkippedRange> skipped,
    long otherEvents,
    long asOfMicros,
    List<Long> positions)
    implements Response {

  /** The first version that has {@link #skipped}. */
  public static final int SKIPPED_SINCE = 2;

  /** The first version that is answered from a summary, unless the request asks for a scan. */
  public static final int SUMMARY_SINCE = 3;

  public ListSourcesResponse {
    sources = List.copyOf(sources);
    skipped = List.copyOf(skipped);
    positions = List.copyOf(positions);
  }

  static ListSourcesResponse decode(WireReader in) {
    boolean summary = in.version() >= SUMMARY_SINCE;
    return new ListSourcesResponse(
        in.longList("sources", SourceInfo.minBytes(in.version()), SourceInfo::decode),
        in.version() >= SKIPPED_SINCE
            ? in.longList("skipped", SkippedRange.BYTES, SkippedRange::decode)
            : List.of(),
        summary ? in.i64("otherEvents") : 0,
        summary ? in.i64("asOfMicros") : 0,
        summary ? in.longList("positions", Long.BYTES, each -> each.i64("position")) : List.of());
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(sources, SourceInfo::encode);
    if (out.version() >= SKIPPED_SINCE) {
      out.longList(skipped, SkippedRange::encode);
    }
    if (out.version() >= SUMMARY_SINCE) {
      out.i64(otherEvents);
      out.i64(asOfMicros);
      out.longList(positions, (position, to) -> to.i64(position));
    }
  }
}
