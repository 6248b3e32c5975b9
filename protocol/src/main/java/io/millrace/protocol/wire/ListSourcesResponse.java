package io.millrace.protocol.wire;

import java.util.List;

/**
 * The sources of all partitions of a topic.
 *
 * @param sources sorted by name
 * @param skipped what the list leaves out because it is damaged, ascending; since version {@link
 *     #SKIPPED_SINCE}. In an earlier version the broker refuses the request instead
 */
public record ListSourcesResponse(List<SourceInfo> sources, List<SkippedRange> skipped)
    implements Response {

  /** The first version that has {@link #skipped}. */
  public static final int SKIPPED_SINCE = 2;

  public ListSourcesResponse {
    sources = List.copyOf(sources);
    skipped = List.copyOf(skipped);
  }

  static ListSourcesResponse decode(WireReader in) {
    return new ListSourcesResponse(
        in.longList("sources", SourceInfo.MIN_BYTES, SourceInfo::decode),
        in.version() >= SKIPPED_SINCE
            ? in.longList("skipped", SkippedRange.BYTES, SkippedRange::decode)
            : List.of());
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(sources, SourceInfo::encode);
    if (out.version() >= SKIPPED_SINCE) {
      out.longList(skipped, SkippedRange::encode);
    }
  }
}
