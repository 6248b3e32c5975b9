package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.group.Command;
import io.millrace.group.MemberSettings;
import io.millrace.group.Notice;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.ResetOffsetsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.server.security.Authorizer;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.Function;

/**
 * The apis of consumer groups. The coordinator answers on an owner's thread, when its records are
 * durable. A member's news go to the connection on which it spoke last.
 */
final class GroupHandler {

  private static final int MAX_CLIENT_ID_CHARS = 80;

  private final Broker broker;
  private final Authorizer authorizer;
  private final GroupWire wire;

  GroupHandler(Broker broker, Authorizer authorizer) {
    this.broker = broker;
    this.authorizer = authorizer;
    this.wire = new GroupWire(broker);
  }

  void join(JoinGroupRequest request, PendingRequest pending) {
    if (request.filter().isEmpty()) {
      joinChecked(request, pending);
      return;
    }
    broker
        .parseFilter(request.filter())
        .whenComplete(
            (filter, failure) -> {
              if (failure != null) {
                pending.refuse(failure);
              } else {
                joinChecked(request, pending);
              }
            });
  }

  private void joinChecked(JoinGroupRequest request, PendingRequest pending) {
    Command.Join join =
        new Command.Join(
            request.group(),
            request.member(),
            new MemberSettings(
                request.staticName(),
                clientId(pending),
                host(pending),
                request.sessionTimeoutMicros(),
                request.maxProcessingMicros()),
            GroupWire.subscription(request.subscription()),
            GroupWire.assignor(request.assignor()));
    ask(
        join,
        pending,
        Reply.Assignment.class,
        reply -> {
          requireReadable(reply, request.group(), request.member(), pending);
          listen(request.group(), request.member(), pending);
          return new JoinGroupResponse(wire.assignment(reply));
        });
  }

  void beat(GroupBeatRequest request, PendingRequest pending) {
    Command.Beat beat =
        new Command.Beat(
            request.group(),
            request.member(),
            request.epoch(),
            new HashSet<>(GroupWire.partitionIds(request.owned())),
            request.progressSinceMicros() < 0
                ? Optional.empty()
                : Optional.of(
                    new Command.Progress(request.progressSinceMicros(), request.handedOut())),
            request.subscription().version() == 0
                ? Optional.empty()
                : Optional.of(GroupWire.subscription(request.subscription())),
            request.staticName());
    ask(
        beat,
        pending,
        Reply.Assignment.class,
        reply -> {
          requireReadable(reply, request.group(), request.member(), pending);
          listen(request.group(), request.member(), pending);
          return new GroupBeatResponse(wire.assignment(reply));
        });
  }

  /**
   * Removes a member that has a partition which it may not read any more. Its subscription was
   * refused or ended already, and another member must get the partition.
   */
  private void requireReadable(
      Reply.Assignment reply, String group, String member, PendingRequest pending) {
    reply.assigned().stream()
        .map(PartitionId::topicId)
        .distinct()
        .flatMap(topic -> wire.nameOf(topic).stream())
        .flatMap(
            name ->
                new SubscriptionAccess(name, "").refusal(authorizer, pending.session()).stream())
        .findFirst()
        .ifPresent(
            cause -> {
              pending.connection().groups().forget(group, member);
              broker.groups().submit(ConnectionGroups.leave(group, member));
              throw cause;
            });
  }

  void leave(LeaveGroupRequest request, PendingRequest pending) {
    ask(
        new Command.Leave(request.group(), request.member(), request.epoch(), request.comeBack()),
        pending,
        Reply.Done.class,
        reply -> {
          pending.connection().groups().forget(request.group(), request.member());
          return new EmptyResponse();
        });
  }

  void commit(CommitOffsetsRequest request, PendingRequest pending) {
    ask(
        new Command.Commit(
            request.group(),
            request.member(),
            request.epoch(),
            request.offsets().stream().map(GroupWire::position).toList()),
        pending,
        Reply.Committed.class,
        reply ->
            new CommitOffsetsResponse(reply.outcomes().stream().map(GroupWire::outcome).toList()));
  }

  void fetch(FetchOffsetsRequest request, PendingRequest pending) {
    ask(
        new Command.FetchOffsets(request.group(), GroupWire.partitionIds(request.partitions())),
        pending,
        Reply.Offsets.class,
        reply ->
            new FetchOffsetsResponse(reply.offsets().stream().map(GroupWire::position).toList()));
  }

  void reset(ResetOffsetsRequest request, PendingRequest pending) {
    ask(
        new Command.Reset(
            request.group(),
            request.offsets().stream().map(GroupWire::newOffset).toList(),
            request.dryRun()),
        pending,
        Reply.Committed.class,
        reply ->
            new ResetOffsetsResponse(reply.outcomes().stream().map(GroupWire::outcome).toList()));
  }

  void configure(ConfigureGroupRequest request, PendingRequest pending) {
    ask(
        new Command.Configure(request.group(), request.offsetRetentionMicros()),
        pending,
        Reply.Done.class,
        reply -> new EmptyResponse());
  }

  void delete(DeleteGroupRequest request, PendingRequest pending) {
    ask(
        new Command.Delete(request.group()),
        pending,
        Reply.Done.class,
        reply -> new EmptyResponse());
  }

  private <T extends Reply> void ask(
      Command.OfGroup command,
      PendingRequest pending,
      Class<T> expected,
      Function<T, Response> response) {
    broker
        .groups()
        .submit(command)
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                pending.refuse(failure);
              } else if (reply instanceof Reply.Refusal refusal) {
                forgetIfGone(command, refusal.error(), pending);
                pending.refuse(refusal.error(), refusal.message());
              } else {
                answer(expected.cast(reply), pending, response);
              }
            });
  }

  private static void forgetIfGone(Command command, ErrorCode refusal, PendingRequest pending) {
    boolean gone = refusal == ErrorCode.UNKNOWN_MEMBER || refusal == ErrorCode.STATIC_NAME_TAKEN;
    if (gone && command instanceof Command.Beat beat) {
      pending.connection().groups().forget(beat.group(), beat.member());
    }
  }

  private static <T> void answer(T reply, PendingRequest pending, Function<T, Response> response) {
    Response answer;
    try {
      answer = response.apply(reply);
    } catch (RuntimeException | Error e) {
      pending.refuse(e);
      return;
    }
    pending.answer(answer);
  }

  private void listen(String group, String member, PendingRequest pending) {
    NativeConnection connection = pending.connection();
    int version = pending.version();
    connection
        .groups()
        .listen(broker.groups(), group, member, notice -> push(notice, connection, version));
  }

  /** A client that does not take what it gets learns the news with its next beat. */
  private void push(Notice notice, NativeConnection connection, int version) {
    if (notice.news() instanceof Reply.Refusal) {
      connection.groups().forget(notice.group(), notice.member());
    }
    if (connection.writer().isWritable()) {
      connection.writer().write(Frames.encodePush(connection.allocator(), version, push(notice)));
    }
  }

  private GroupChangedPush push(Notice notice) {
    boolean assigned = notice.news() instanceof Reply.Assignment;
    Reply.Refusal end = notice.news() instanceof Reply.Refusal refusal ? refusal : null;
    return new GroupChangedPush(
        notice.group(),
        notice.member(),
        end == null ? ErrorCode.NONE : end.error(),
        end == null ? "" : end.message(),
        assigned ? wire.assignment((Reply.Assignment) notice.news()) : GroupAssignment.NONE);
  }

  static String clientId(PendingRequest pending) {
    String id = pending.session().clientId();
    return id.length() <= MAX_CLIENT_ID_CHARS ? id : id.substring(0, MAX_CLIENT_ID_CHARS);
  }

  static String host(PendingRequest pending) {
    return pending.session().remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress()
        : "";
  }
}
