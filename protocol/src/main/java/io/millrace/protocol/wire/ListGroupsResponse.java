package io.millrace.protocol.wire;

import java.util.List;

/**
 * All groups.
 *
 * @param groups sorted by name
 */
public record ListGroupsResponse(List<GroupSummary> groups) implements Response {

  public ListGroupsResponse {
    groups = List.copyOf(groups);
  }

  static ListGroupsResponse decode(WireReader in) {
    return new ListGroupsResponse(
        in.longList("groups", GroupSummary.minBytes(in.version()), GroupSummary::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(groups, GroupSummary::encode);
  }
}
