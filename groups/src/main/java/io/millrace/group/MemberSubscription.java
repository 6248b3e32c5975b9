package io.millrace.group;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a member wants to read: topics by name, topics by pattern, or both. A topic that does not
 * exist yet is read as soon as it exists.
 *
 * @param version chosen by the member, and higher with each change. The machine takes a
 *     subscription only if its version is higher than that of the present one, so that a late
 *     message cannot restore an old subscription.
 * @param topics names of topics, sorted, without duplicates
 * @param pattern a glob as {@code orders.*}: {@code *} is any number of characters, {@code ?} is
 *     one; empty: no pattern. A pattern matches names that begin with {@code __} only if it begins
 *     with {@code __} itself.
 */
public record MemberSubscription(int version, List<String> topics, String pattern) {

  public MemberSubscription {
    topics = List.copyOf(new TreeSet<>(topics));
  }

  public static MemberSubscription of(String... topics) {
    return new MemberSubscription(1, List.of(topics), "");
  }

  Optional<TopicGlob> glob() {
    return pattern.isEmpty() ? Optional.empty() : Optional.of(new TopicGlob(pattern));
  }
}
