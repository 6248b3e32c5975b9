package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.GroupNoticeSink;
import io.millrace.group.Command;
import io.millrace.group.Notice;
import io.millrace.group.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

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

  /**
   * Ends the members of groups that are refused now, and says why. Their partitions are free at
   * once.
   */
  void revokeIf(Function<String, Optional<BrokerException>> refusal) {
    sinks.forEach(
        (key, sink) ->
            refusal
                .apply(key.group())
                .ifPresent(
                    cause -> {
                      forget(key.group(), key.member());
                      groups.submit(leave(key.group(), key.member()));
                      sink.notice(
                          new Notice(
                              key.group(),
                              key.member(),
                              new Reply.Refusal(cause.code(), cause.getMessage())));
                    }));
  }

  /** Ends a member, whatever its epoch. */
  static Command.Leave leave(String group, String member) {
    return new Command.Leave(group, member, Command.Leave.ANY_EPOCH, false);
  }

  void close() {
    closed = true;
    sinks.keySet().forEach(key -> forget(key.group(), key.member()));
  }
}
