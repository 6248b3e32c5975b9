package io.millrace.protocol.wire;

import java.util.List;

/**
 * The topics that a member of a group wants to read.
 *
 * @param version chosen by the member, from 1, and higher with each change; 0: no change
 * @param topics names of topics; they need not exist
 * @param pattern a glob such as {@code orders.*}; empty: none
 */
public record GroupSubscription(int version, List<String> topics, String pattern) {

  static final int MIN_BYTES = 4 + 2 + WireReader.MIN_STRING_BYTES;

  public GroupSubscription {
    topics = List.copyOf(topics);
  }

  /** In a beat: the subscription has not changed. */
  public static final GroupSubscription UNCHANGED = new GroupSubscription(0, List.of(), "");

  static GroupSubscription decode(WireReader in) {
    return new GroupSubscription(
        in.i32("version"),
        in.shortList("topics", WireReader.MIN_STRING_BYTES, each -> each.string("topic")),
        in.string("pattern"));
  }

  void encode(WireWriter out) {
    out.i32(version);
    out.shortList(topics, (each, to) -> to.string(each));
    out.string(pattern);
  }
}
