package io.millrace.core;

import io.millrace.group.Notice;
import io.millrace.group.Reply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the news of each member goes. A member without a sink asks with its beats. Any thread. */
final class GroupListeners {

  private static final Logger LOG = LoggerFactory.getLogger(GroupListeners.class);

  private record Key(String group, String member) {}

  private final Map<Key, GroupNoticeSink> sinks = new ConcurrentHashMap<>();

  /** Sets the sink of a member, in place of an earlier one. */
  void listen(String group, String member, GroupNoticeSink sink) {
    sinks.put(new Key(group, member), sink);
  }

  /** Removes the sink of a member, but not a newer one. */
  void remove(String group, String member, GroupNoticeSink sink) {
    sinks.remove(new Key(group, member), sink);
  }

  void send(Notice notice) {
    Key key = new Key(notice.group(), notice.member());
    GroupNoticeSink sink =
        notice.news() instanceof Reply.Refusal ? sinks.remove(key) : sinks.get(key);
    if (sink == null) {
      return;
    }
    try {
      sink.notice(notice);
    } catch (RuntimeException | Error e) {
      // The member learns it with its next beat; other members must get their news.
      LOG.error("event=group_notice_failed group={}", notice.group(), e);
    }
  }
}
