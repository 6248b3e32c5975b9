package io.millrace.group;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The sessions of all members. They are not in the log: after a replay each member gets a whole
 * session. The queue holds a session under a deadline that may be too early, so that a beat does
 * not change the queue.
 */
final class Sessions {

  private static final int REMEMBERED = 1_000;

  private record Key(String group, String member) {}

  private final Map<Key, MemberSession> sessions = new HashMap<>();
  private final TreeSet<MemberSession> queue =
      new TreeSet<>(
          Comparator.<MemberSession>comparingLong(MemberSession::queuedFor)
              .thenComparing(MemberSession::group)
              .thenComparing(MemberSession::member));

  /** Why members went, for the newest of them: the answer to a member that asks. */
  private final Map<Key, Reply.Refusal> ends =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Reply.Refusal> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** The session of a member, or null. */
  MemberSession find(String group, String member) {
    return sessions.get(new Key(group, member));
  }

  Optional<Reply.Refusal> endOf(String group, String member) {
    return Optional.ofNullable(ends.get(new Key(group, member)));
  }

  void alive(String group, Member member, long now, Command.Progress progress) {
    MemberSession session = start(group, member, now);
    session.alive(now, progress);
    queueEarlier(session);
  }

  void away(String group, Member member, long now) {
    start(group, member, now).away(now);
  }

  /** Gives the member a session if it has none. */
  MemberSession start(String group, Member member, long now) {
    Key key = new Key(group, member.id());
    MemberSession session = sessions.get(key);
    if (session == null) {
      session = new MemberSession(group, member, now);
      session.queuedFor(session.deadline());
      sessions.put(key, session);
      queue.add(session);
      ends.remove(key);
    }
    return session;
  }

  void end(String group, String member, Reply.Refusal why) {
    Key key = new Key(group, member);
    MemberSession session = sessions.remove(key);
    if (session != null) {
      queue.remove(session);
    }
    ends.put(key, why);
  }

  /** Ends the sessions of members that are not in the groups. */
  void keepOnly(Map<String, Group> groups) {
    List<Key> gone = new ArrayList<>();
    for (Key key : sessions.keySet()) {
      Group group = groups.get(key.group());
      if (group == null || !group.members().containsKey(key.member())) {
        gone.add(key);
      }
    }
    for (Key key : gone) {
      queue.remove(sessions.remove(key));
    }
  }

  /** Sessions that are over, at most about {@code limit}. Changes nothing. */
  List<MemberSession> over(long now, int limit) {
    List<MemberSession> over = new ArrayList<>();
    for (MemberSession session : queue) {
      if (session.queuedFor() > now || over.size() >= limit) {
        break;
      }
      if (session.isOver(now)) {
        over.add(session);
      }
    }
    return over;
  }

  /** QueueStates sessions that live on under their present deadlines. */
  void requeue(long now) {
    List<MemberSession> due = new ArrayList<>();
    for (MemberSession session : queue) {
      if (session.queuedFor() > now) {
        break;
      }
      if (!session.isOver(now)) {
        due.add(session);
      }
    }
    for (MemberSession session : due) {
      queueFor(session, session.deadline());
    }
  }

  /** Looks at the sessions of a group that are over now only later. */
  void postpone(String group, long now, long until) {
    List<MemberSession> due = new ArrayList<>();
    for (MemberSession session : queue) {
      if (session.queuedFor() > now) {
        break;
      }
      if (session.group().equals(group)) {
        due.add(session);
      }
    }
    due.forEach(session -> queueFor(session, until));
  }

  /** A time at which a session may be over; none is over before. */
  long nextDeadlineMicros() {
    return queue.isEmpty() ? Long.MAX_VALUE : queue.first().queuedFor();
  }

  private void queueEarlier(MemberSession session) {
    if (session.deadline() < session.queuedFor()) {
      queueFor(session, session.deadline());
    }
  }

  private void queueFor(MemberSession session, long deadline) {
    queue.remove(session);
    session.queuedFor(deadline);
    queue.add(session);
  }

  /** Why a session ends. */
  static Reply.Refusal reason(MemberSession session, long now) {
    String cause =
        session.isStuck(now)
            ? "its application held "
                + session.handedOut()
                + " events and did not process for "
                + seconds(now - session.progressAt())
                + "; its maxProcessingTime is "
                + seconds(session.maxProcessingMicros())
            : "no beat came for "
                + seconds(now - session.beatAt())
                + "; its sessionTimeout is "
                + seconds(session.timeoutMicros());
    return new Reply.Refusal(
        ErrorCode.UNKNOWN_MEMBER,
        "the session of the member ended: " + cause + "; drop all partitions and join again");
  }

  private static String seconds(long micros) {
    return micros / 1_000_000 + "." + micros % 1_000_000 / 100_000 + " s";
  }
}
