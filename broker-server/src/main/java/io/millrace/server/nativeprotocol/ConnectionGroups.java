package io.millrace.server.nativeprotocol;

import io.millrace.core.GroupCoordinator;
import io.millrace.core.GroupNoticeSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members of groups whose news go to one connection. When the connection is closed, the news
 * end and the members stay: their sessions end them. Any thread.
 */
final class ConnectionGroups {

  /** More members of one connection learn their news with their beats. */
  private static final int MAX_MEMBERS = 10_000;

  private record Key(String group, String member) {}

  private final Map<Key, GroupNoticeSink> sinks = new ConcurrentHashMap<>();
  private volatile GroupCoordinator groups;
  private volatile boolean closed;

  /**
   * A member has spoken on this connection.
   *
   * @param sink what gets its news, if the connection does not know the member yet
   */
  void listen(GroupCoordinator coordinator, String group, String member, GroupNoticeSink sink) {
    Key key = new Key(group, member);
    if (sinks.size() >= MAX_MEMBERS && !sinks.containsKey(key)) {
      return;
    }
    groups = coordinator;
    GroupNoticeSink known = sinks.putIfAbsent(key, sink);
    GroupNoticeSink present = known == null ? sink : known;
    coordinator.listen(group, member, present);
    if (closed) {
      forget(group, member);
    }
    if (sinks.get(key) != present) {
      coordinator.stopListening(group, member, present); // forgotten before it was registered
    }
  }

  /** A member is removed. */
  void forget(String group, String member) {
    GroupNoticeSink sink = sinks.remove(new Key(group, member));
    if (sink != null) {
      groups.stopListening(group, member, sink);
    }
  }

  void close() {
    closed = true;
    sinks.keySet().forEach(key -> forget(key.group(), key.member()));
  }
}
