package io.millrace.client.internal.group;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.group.MemberAction.Beat;
import io.millrace.client.internal.group.MemberAction.Ended;
import io.millrace.client.internal.group.MemberAction.Gained;
import io.millrace.client.internal.group.MemberAction.Join;
import io.millrace.client.internal.group.MemberAction.Leave;
import io.millrace.client.internal.group.MemberAction.Lost;
import io.millrace.client.internal.group.MemberAction.Release;
import io.millrace.client.internal.group.MemberAction.Removed;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A member of a group as a state machine: what it owns, and when it sends what. It knows no
 * network, thread and clock; times are nanoseconds of a clock that never goes back. Its methods
 * return the actions to carry out. Belongs to one thread.
 *
 * <pre>
 *   JOINING --answer--> MEMBER --removed--> OUT --rejoin, with a new id--> JOINING
 *      |                   |                 |
 *      +-------------------+-----------------+--leave, or a refusal for good--> ENDED
 * </pre>
 *
 * <p>The rules of a member are those of the package {@code io.millrace.group} of the broker. A
 * partition that must be released stays owned until {@link #dropped}. If the broker gives it back
 * in the meantime, it is gained again after that, without a word to the broker.
 */
final class Membership {

  private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long SHORTEST_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** When nothing is due. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long NO_EPOCH = -1;

  private enum State {
    JOINING,
    MEMBER,
    OUT,
    ENDED
  }

  private final Supplier<String> ids;
  private final boolean comesBack;
  private final long sessionNanos;

  private State state = State.JOINING;
  private String member;
  private long epoch = NO_EPOCH;
  private boolean connected;

  /** All partitions that are not dropped. */
  private final Set<TopicPartition> owned = new LinkedHashSet<>();

  /** Those of them for which a release is in progress. */
  private final Set<TopicPartition> releasing = new LinkedHashSet<>();

  /** Those that the newest assignment gives to the member for good. */
  private Set<TopicPartition> assigned = Set.of();

  private long intervalNanos;
  private long dueNanos = NEVER;
  private long retryNanos = FIRST_RETRY_NANOS;
  private long sureUntilNanos;

  /**
   * @param ids makes member ids that nobody else has used
   */
  Membership(MembershipSettings settings, Supplier<String> ids) {
    this.ids = ids;
    this.comesBack = !settings.staticName().isEmpty();
    this.sessionNanos = settings.sessionTimeout().toNanos();
    this.member = ids.get();
  }

  /** The id of the member now. */
  String member() {
    return member;
  }

  /** The epoch of the newest assignment; -1 before the first. */
  long epoch() {
    return epoch;
  }

  /** Whether the member has joined and was not removed, as far as it knows. */
  boolean isMember() {
    return state == State.MEMBER;
  }

  /**
   * Until when the broker has surely not removed the member: a session timeout after it sent the
   * newest request that was answered.
   */
  long sureUntilNanos() {
    return sureUntilNanos;
  }

  /** When {@link #tick} is due; {@link #NEVER} if nothing is. */
  long dueNanos() {
    return connected ? dueNanos : NEVER;
  }

  /**
   * There is a connection. A beat is sent over it at once, so that the broker pushes changes to it.
   */
  List<MemberAction> connected(long nowNanos) {
    connected = true;
    return send(nowNanos);
  }

  /** The connection is lost. The member keeps what it owns. */
  void disconnected() {
    connected = false;
  }

  /** The time of {@link #dueNanos} has come. */
  List<MemberAction> tick(long nowNanos) {
    boolean due = dueNanos != NEVER && nowNanos - dueNanos >= 0;
    return due ? send(nowNanos) : List.of();
  }

  /**
   * The broker has answered a join or a beat.
   *
   * @param to the member id in the request
   * @param sentNanos when the request was sent
   */
  List<MemberAction> answered(String to, GroupAssignment answer, long sentNanos, long nowNanos) {
    if (!to.equals(member) || state == State.OUT || state == State.ENDED) {
      return List.of();
    }
    boolean first = state == State.JOINING;
    state = State.MEMBER;
    long sureUntil = sentNanos + sessionNanos;
    sureUntilNanos = first || sureUntil - sureUntilNanos > 0 ? sureUntil : sureUntilNanos;
    List<MemberAction> actions = takeOver(answer);
    if (first) {
      retryNanos = FIRST_RETRY_NANOS;
      dueNanos = nowNanos + intervalNanos;
    }
    return actions;
  }

  /** The broker has pushed an assignment. Before the answer to the join, it is ignored. */
  List<MemberAction> changed(String to, GroupAssignment change) {
    return to.equals(member) && state == State.MEMBER ? takeOver(change) : List.of();
  }

  /** The broker has refused a join or a beat, or has pushed that the member has ended. */
  List<MemberAction> refused(String to, MillraceException why, long nowNanos) {
    if (!to.equals(member) || state == State.OUT || state == State.ENDED) {
      return List.of();
    }
    if (isRemoval(why.code()) && state == State.MEMBER) {
      return out(State.OUT, new Removed(why));
    }
    if (why.retriable() || isRemoval(why.code())) {
      if (state == State.JOINING) {
        dueNanos = nowNanos + retryNanos;
        retryNanos = Math.min(LONGEST_RETRY_NANOS, 2 * retryNanos);
      }
      return List.of();
    }
    return out(State.ENDED, new Ended(why));
  }

  /** The client has ended. */
  List<MemberAction> failed(MillraceException why) {
    return state == State.ENDED ? List.of() : out(State.ENDED, new Ended(why));
  }

  /** A member that was removed joins again, with a new id. */
  List<MemberAction> rejoin(long nowNanos) {
    if (state != State.OUT) {
      return List.of();
    }
    state = State.JOINING;
    member = ids.get();
    epoch = NO_EPOCH;
    return send(nowNanos);
  }

  /** The member has released a partition: it has committed and reads it no more. */
  List<MemberAction> dropped(TopicPartition partition, long nowNanos) {
    if (!releasing.remove(partition)) {
      return List.of();
    }
    if (assigned.contains(partition)) {
      return List.of(new Gained(List.of(partition)));
    }
    owned.remove(partition);
    return send(nowNanos);
  }

  /** Asks for the present assignment at once. */
  List<MemberAction> ask(long nowNanos) {
    return state == State.MEMBER ? send(nowNanos) : List.of();
  }

  /** The member leaves, and has dropped everything. */
  List<MemberAction> leave() {
    boolean known = connected && (state == State.MEMBER || state == State.JOINING);
    state = State.ENDED;
    dueNanos = NEVER;
    return known ? List.of(new Leave(member, comesBack)) : List.of();
  }

  private static boolean isRemoval(ErrorCode code) {
    return code == ErrorCode.UNKNOWN_MEMBER
        || code == ErrorCode.STALE_MEMBER
        || code == ErrorCode.UNKNOWN_GROUP;
  }

  private List<MemberAction> send(long nowNanos) {
    if (!connected) {
      return List.of();
    }
    if (state == State.JOINING) {
      dueNanos = NEVER; // the answer, a refusal or a new connection follows
      return List.of(new Join(member));
    }
    if (state == State.MEMBER) {
      dueNanos = nowNanos + intervalNanos;
      return List.of(new Beat(member, epoch, List.copyOf(owned)));
    }
    return List.of();
  }

  private List<MemberAction> takeOver(GroupAssignment next) {
    if (next.epoch() < epoch) {
      return List.of();
    }
    epoch = next.epoch();
    intervalNanos =
        Math.max(SHORTEST_INTERVAL_NANOS, TimeUnit.MICROSECONDS.toNanos(next.beatIntervalMicros()));
    assigned = new LinkedHashSet<>(next.assigned());
    Set<TopicPartition> mustRelease = new LinkedHashSet<>(next.releasing());

    List<TopicPartition> lost =
        owned.stream()
            .filter(each -> !assigned.contains(each))
            .filter(each -> !mustRelease.contains(each))
            .toList();
    owned.removeAll(lost);
    releasing.removeAll(lost);
    List<TopicPartition> release =
        owned.stream().filter(mustRelease::contains).filter(releasing::add).toList();
    List<TopicPartition> gained = assigned.stream().filter(owned::add).toList();

    List<MemberAction> actions = new ArrayList<>();
    addUnlessEmpty(actions, lost, new Lost(lost));
    addUnlessEmpty(actions, release, new Release(release));
    addUnlessEmpty(actions, gained, new Gained(gained));
    return actions;
  }

  private static void addUnlessEmpty(
      List<MemberAction> actions, Collection<TopicPartition> partitions, MemberAction action) {
    if (!partitions.isEmpty()) {
      actions.add(action);
    }
  }

  private List<MemberAction> out(State next, MemberAction last) {
    List<MemberAction> actions = new ArrayList<>();
    List<TopicPartition> lost = List.copyOf(owned);
    addUnlessEmpty(actions, lost, new Lost(lost));
    actions.add(last);
    owned.clear();
    releasing.clear();
    assigned = Set.of();
    state = next;
    dueNanos = NEVER;
    return actions;
  }
}
