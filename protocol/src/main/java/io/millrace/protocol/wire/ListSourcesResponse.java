package io.millrace.protocol.wire;

import java.util.List;

/**
 * The sources of all partitions of a topic.
 *
 * @param sources sorted by name
 */
public record ListSourcesResponse(List<SourceInfo> sources) implements Response {

  public ListSourcesResponse {
    sources = List.copyOf(sources);
  }

  static ListSourcesResponse decode(WireReader in) {
    return new ListSourcesResponse(
        in.longList("sources", SourceInfo.MIN_BYTES, SourceInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(sources, SourceInfo::encode);
  }
}
