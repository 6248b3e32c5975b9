package io.millrace.client.internal.group;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.PassingRefusals;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.client.internal.group.MemberAction.Beat;
import io.millrace.client.internal.group.MemberAction.Ended;
import io.millrace.client.internal.group.MemberAction.Gained;
import io.millrace.client.internal.group.MemberAction.Join;
import io.millrace.client.internal.group.MemberAction.Leave;
import io.millrace.client.internal.group.MemberAction.Lost;
import io.millrace.client.internal.group.MemberAction.Release;
import io.millrace.client.internal.group.MemberAction.Removed;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.NamedTopic;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicPartition;
import io.millrace.protocol.wire.WireException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group, across reconnects: carries out what its {@link Membership} decides. Event
 * loop only, except {@link #open}, {@link #member}, {@link #isSure} and {@link #rejoin}, which are
 * for any thread. Beats are sent by the event loop, whatever the application does.
 */
public final class GroupMember implements LinkListener {

  private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);

  /** LEAVE_GROUP with the present epoch of the member, whatever it is. */
  private static final long ANY_EPOCH = -1;

  private final ReconnectingLink link;
  private final MembershipSettings settings;
  private final OwnershipListener listener;
  private final Membership membership;
  private final Map<UUID, String> topics = new HashMap<>();
  private final CompletableFuture<Void> joined = new CompletableFuture<>();

  /** Those of the first join. */
  private final PassingRefusals refusals = new PassingRefusals();

  private ClientConnection connection;
  private Future<?> timer;
  private Future<?> joinTimer;
  private CompletableFuture<Void> left;
  private volatile String member;

  /**
   * Until when the broker has surely not removed the member; {@link Membership#NEVER} while it is
   * no member. Other threads compare it with the clock by themselves: when a suspended process
   * continues, they may run before the event loop does.
   */
  private volatile long sureUntilNanos = Membership.NEVER;

  public GroupMember(
      ReconnectingLink link, MembershipSettings settings, OwnershipListener listener) {
    this.link = link;
    this.settings = settings;
    this.listener = listener;
    this.membership = new Membership(settings, () -> UUID.randomUUID().toString());
    this.member = membership.member();
  }

  /**
   * Joins the group.
   *
   * @return completes when the broker has answered; fails after the request timeout, with the last
   *     refusal if there was one
   */
  public CompletableFuture<Void> open() {
    link.execute(
        () ->
            joinTimer =
                link.eventLoop()
                    .schedule(
                        this::joinTimedOut,
                        link.requestTimeout().toMillis(),
                        TimeUnit.MILLISECONDS));
    joined.whenComplete((done, failure) -> cancel(joinTimer));
    link.attach(this);
    return joined;
  }

  /** The id of the member now. */
  public String member() {
    return member;
  }

  /** The epoch of the newest assignment. */
  public long epoch() {
    return membership.epoch();
  }

  /** The name of a topic of the member. */
  public String topic(UUID id) {
    return topics.getOrDefault(id, id.toString());
  }

  /**
   * Whether the broker has surely not removed the member. If not, events that are handed out now
   * may be handed out to another member too.
   */
  public boolean isSure() {
    long now = now(); // before the read, so that a change after it sees a later time
    return isSure(sureUntilNanos, now);
  }

  private static boolean isSure(long untilNanos, long nowNanos) {
    return untilNanos == Membership.NEVER || nowNanos - untilNanos < 0;
  }

  /** Joins again after {@link OwnershipListener#removed}. */
  public void rejoin() {
    link.execute(() -> carryOut(membership.rejoin(now())));
  }

  /** The partition is committed, and no longer read. */
  public void dropped(TopicPartition partition) {
    carryOut(membership.dropped(partition, now()));
  }

  /** Asks the broker at once what the member owns. */
  public void ask() {
    carryOut(membership.ask(now()));
  }

  /**
   * Leaves the group. The session of a member without a connection ends by itself.
   *
   * @return completes when the broker has answered, or the connection is lost
   */
  public CompletableFuture<Void> leave() {
    link.detach(this);
    left = new CompletableFuture<>();
    List<MemberAction> actions = membership.leave();
    if (actions.isEmpty()) {
      left.complete(null);
    }
    carryOut(actions);
    hearNoMore();
    return left;
  }

  @Override
  public void connected(ClientConnection next) {
    connection = next;
    carryOut(membership.connected(now()));
  }

  @Override
  public void disconnected(MillraceException cause) {
    connection = null;
    membership.disconnected();
    schedule();
  }

  @Override
  public void writable() {
    // Requests of a member have a few bytes, and are written even to a full socket.
  }

  @Override
  public void failed(MillraceException cause) {
    connection = null;
    membership.disconnected();
    carryOut(membership.failed(cause));
  }

  /** The member of this id gets no more pushes. */
  private void hearNoMore() {
    if (connection != null) {
      connection.unrouteMember(membership.member());
    }
  }

  private static long now() {
    return System.nanoTime();
  }

  private void joinTimedOut() {
    joined.completeExceptionally(
        refusals.any() && link.outage().isEmpty()
            ? refusals.failure(link.requestTimeout())
            : link.timedOut(Api.JOIN_GROUP, ""));
  }

  private void carryOut(List<MemberAction> actions) {
    for (MemberAction action : actions) {
      carryOut(action);
    }
    member = membership.member();
    schedule();
  }

  private void carryOut(MemberAction action) {
    if (action instanceof Join join) {
      LOG.debug("event=group_join group={} member={}", settings.group(), join.member());
      send(join.member(), request(join));
    } else if (action instanceof Beat beat) {
      send(beat.member(), request(beat));
    } else if (action instanceof Leave leave) {
      send(
          leave.member(),
          new LeaveGroupRequest(settings.group(), leave.member(), ANY_EPOCH, leave.comeBack()));
    } else if (action instanceof Gained gained) {
      listener.gained(gained.partitions());
    } else if (action instanceof Release release) {
      listener.release(release.partitions());
    } else if (action instanceof Lost lost) {
      listener.lost(lost.partitions());
    } else if (action instanceof Removed removed) {
      LOG.warn(
          "event=group_member_removed group={} member={} cause={}",
          settings.group(),
          membership.member(),
          removed.why().toString());
      hearNoMore();
      listener.removed(removed.why());
    } else if (action instanceof Ended ended) {
      joined.completeExceptionally(ended.why());
      listener.ended(ended.why());
    }
  }

  private Request request(Join join) {
    return new JoinGroupRequest(
        settings.group(),
        join.member(),
        settings.staticName(),
        TimeUnit.NANOSECONDS.toMicros(settings.sessionTimeout().toNanos()),
        TimeUnit.NANOSECONDS.toMicros(settings.maxProcessing().toNanos()),
        settings.assignor(),
        settings.subscription(),
        settings.filter());
  }

  private Request request(Beat beat) {
    return new GroupBeatRequest(
        settings.group(),
        beat.member(),
        beat.epoch(),
        settings.staticName(),
        beat.owned(),
        listener.sinceProgressMicros(),
        listener.handedOut(),
        GroupSubscription.UNCHANGED);
  }

  private void send(String sender, Request request) {
    connection.routeMember(sender, this::pushed);
    try {
      connection.send(request, new Answer(request.api(), sender, now()));
    } catch (WireException refused) {
      // The broker of the newest connection is too old, or a text is too long for the protocol.
      refused(sender, new MillraceException(refused.code(), refused.getMessage(), refused));
    }
  }

  private void pushed(GroupChangedPush change) {
    if (!change.group().equals(settings.group())) {
      return;
    }
    if (change.code() == ErrorCode.NONE) {
      name(change.assignment());
      carryOut(membership.changed(change.member(), change.assignment()));
    } else {
      refused(change.member(), new MillraceException(change.code(), change.message()));
    }
  }

  private void answered(String sender, GroupAssignment assignment, long sentNanos) {
    name(assignment);
    carryOut(membership.answered(sender, assignment, sentNanos, now()));
    if (membership.isMember()) {
      joined.complete(null);
    }
  }

  private void refused(String sender, MillraceException why) {
    if (!joined.isDone()) {
      refusals.add(why);
    }
    carryOut(membership.refused(sender, why, now()));
  }

  private void name(GroupAssignment assignment) {
    for (NamedTopic topic : assignment.topics()) {
      topics.put(topic.topicId(), topic.name());
    }
  }

  /** Plans the next beat, and the moment at which the member is not sure any more. */
  private void schedule() {
    cancel(timer);
    long before = sureUntilNanos;
    sureUntilNanos = membership.isMember() ? membership.sureUntilNanos() : Membership.NEVER;
    long now = now();
    boolean sure = isSure(sureUntilNanos, now);
    if (sure && !isSure(before, now)) {
      listener.sureAgain();
    }
    long due = membership.dueNanos();
    if (due != Membership.NEVER) {
      timer = link.eventLoop().schedule(this::tick, Math.max(0, due - now), TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    carryOut(membership.tick(now()));
  }

  private static void cancel(Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  /** The answer to one request of the member. */
  private final class Answer implements ResponseHandler {

    private final Api api;
    private final String sender;
    private final long sentNanos;

    Answer(Api api, String sender, long sentNanos) {
      this.api = api;
      this.sender = sender;
      this.sentNanos = sentNanos;
    }

    @Override
    public Api api() {
      return api;
    }

    @Override
    public void answered(Response response) {
      if (api == Api.LEAVE_GROUP) {
        left.complete(null);
      } else if (response instanceof JoinGroupResponse answer) {
        GroupMember.this.answered(sender, answer.assignment(), sentNanos);
      } else if (response instanceof GroupBeatResponse answer) {
        GroupMember.this.answered(sender, answer.assignment(), sentNanos);
      } else if (response instanceof ErrorResponse refusal) {
        refused(sender, ClientFailures.refused(refusal));
      }
    }

    @Override
    public void lost(MillraceException cause) {
      if (api == Api.LEAVE_GROUP) {
        left.complete(null);
      }
    }
  }
}
