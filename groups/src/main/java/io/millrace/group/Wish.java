package io.millrace.group;

import java.util.List;

/** What a subscription asks for, without its version. Members of equal wishes want equal topics. */
record Wish(List<String> topics, String pattern) {

  static Wish of(MemberSubscription subscription) {
    return new Wish(subscription.topics(), subscription.pattern());
  }
}
