package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakeSession;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.SubscribeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members of groups, with the state machine of the broker's coordinator in a fake broker. */
class GroupConsumerTest extends BrokerTest {

  private static final Duration SHORT_SESSION = Duration.ofMillis(500);
  private static final Duration STEP = Duration.ofMillis(20);

  private final List<MillraceClient> others = new ArrayList<>();

  @BeforeEach
  void makeTopic() {
    broker.topic("orders", 4);
  }

  @AfterEach
  void closeOthers() {
    broker.script(Exchange::proceed);
    others.forEach(MillraceClient::close);
  }

  private MillraceClient another() {
    MillraceClient other = builder().clientId("other").build();
    others.add(other);
    return other;
  }

  private GroupConsumer.Builder member() {
    return client().consumer("orders").group("billing");
  }

  private void produce(int from, int to) {
    try (Producer producer = client().producer("orders").build()) {
      for (int i = from; i < to; i++) {
        producer.send(Event.of("k" + i, "v" + i));
      }
    }
  }

  static List<ConsumedEvent> take(GroupConsumer consumer, int count) {
    List<ConsumedEvent> events = new ArrayList<>();
    until(
        () -> {
          events.addAll(consumer.poll(STEP));
          return events.size() >= count;
        });
    return events;
  }

  static void until(BooleanSupplier done) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
    }
  }

  private static void pollUntil(BooleanSupplier done, GroupConsumer... consumers) {
    until(
        () -> {
          for (GroupConsumer each : consumers) {
            each.poll(STEP);
          }
          return done.getAsBoolean();
        });
  }

  private static List<String> sorted(List<ConsumedEvent> events) {
    return values(events).stream().sorted().toList();
  }

  private static GroupPartition orders(int partition) {
    return new GroupPartition("orders", partition);
  }

  /** Notes what a listener hears. */
  private static final class Heard implements RebalanceListener {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void assigned(SortedSet<GroupPartition> partitions) {
      calls.add("assigned " + partitions);
    }

    @Override
    public void revoked(SortedSet<GroupPartition> partitions) {
      calls.add("revoked " + partitions);
    }

    @Override
    public void lost(SortedSet<GroupPartition> partitions) {
      calls.add("lost " + partitions);
    }
  }

  @Test
  void oneMemberReadsEverythingFromTheStart() {
    produce(0, 100);
    try (GroupConsumer consumer = member().build()) {
      List<ConsumedEvent> events = take(consumer, 100);

      assertThat(values(events)).hasSize(100).doesNotHaveDuplicates();
      assertThat(consumer.partitions()).containsExactly(orders(0), orders(1), orders(2), orders(3));
      assertThat(consumer.group()).isEqualTo("billing");
    }
  }

  @Test
  void aNewMemberGetsHalfAndOnlyMovedPartitionsPause() {
    produce(0, 100);
    Heard first = new Heard();
    Heard second = new Heard();
    try (GroupConsumer a = member().listener(first).build()) {
      take(a, 100);
      try (GroupConsumer b =
          another().consumer("orders").group("billing").listener(second).build()) {
        pollUntil(() -> a.partitions().size() == 2 && b.partitions().size() == 2, a, b);

        SortedSet<GroupPartition> both = new TreeSet<>(a.partitions());
        both.addAll(b.partitions());
        assertThat(both).hasSize(4);
        assertThat(first.calls)
            .containsExactly(
                "assigned [orders-0, orders-1, orders-2, orders-3]", "revoked " + b.partitions());
        assertThat(second.calls).doesNotContain("lost");

        produce(100, 200);
        List<ConsumedEvent> more = new ArrayList<>();
        until(
            () -> {
              more.addAll(a.poll(STEP));
              more.addAll(b.poll(STEP));
              return more.size() >= 100;
            });
        assertThat(values(more)).hasSize(100).doesNotHaveDuplicates();
      }
      pollUntil(() -> a.partitions().size() == 4, a);
    }
  }

  @Test
  void theNextMemberContinuesExactlyAfterTheCommit() {
    produce(0, 50);
    List<ConsumedEvent> events;
    try (GroupConsumer a = member().maxPollEvents(7).build()) {
      events = new ArrayList<>(take(a, 20));
      a.commit();
    }
    try (GroupConsumer b = member().build()) {
      events.addAll(take(b, 50 - events.size()));
    }
    assertThat(values(events)).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void closeCommitsNothingThatIsNotFinished() {
    produce(0, 30);
    List<ConsumedEvent> handedOut;
    try (GroupConsumer a = member().build()) {
      handedOut = take(a, 30);
    }
    try (GroupConsumer b = member().build()) {
      // The last poll's events of the first member come again, and perhaps no others.
      List<ConsumedEvent> again = b.poll(LONG);
      assertThat(again).isNotEmpty();
      assertThat(values(handedOut)).containsAll(values(again));
    }
  }

  @Test
  void aCommitOfAnEventLeavesLaterOnesUnfinished() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").build()) {
      for (int i = 0; i < 10; i++) {
        producer.send(Event.of("" + i));
      }
    }
    try (GroupConsumer a = client().consumer("one").group("billing").build()) {
      List<ConsumedEvent> events = a.poll(LONG);
      a.commit(events.get(0));
    }
    assertThat(committed()).isEqualTo(1);
    try (GroupConsumer b = client().consumer("one").group("billing").build()) {
      assertThat(values(take(b, 9))).startsWith("1");
    }
  }

  @Test
  void anExceptionInTheLoopCommitsNothingThatIsNotFinished() {
    produce(0, 30);
    try (GroupConsumer a = member().build()) {
      a.poll(LONG);
      throw new IllegalArgumentException("the program fails");
    } catch (IllegalArgumentException expected) {
      assertThat(broker.requests(CommitOffsetsRequest.class)).isEmpty();
    }
    try (GroupConsumer b = member().build()) {
      assertThat(sorted(take(b, 30))).hasSize(30);
    }
  }

  @Test
  void finishedEventsAreCommittedWithoutACall() {
    produce(0, 30);
    try (GroupConsumer a = member().build()) {
      take(a, 30);
      pollUntil(() -> committed() == 30, a);
    }
  }

  /** The sum of the newest positions in commits. */
  private long committed() {
    Map<Integer, Long> newest = new java.util.HashMap<>();
    broker
        .requests(CommitOffsetsRequest.class)
        .forEach(
            commit ->
                commit.offsets().forEach(each -> newest.put(each.partition(), each.offset())));
    return newest.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void closeLeavesTheGroup() {
    GroupConsumer a = member().build();
    String id = a.memberId();
    a.close();

    assertThat(broker.requests(LeaveGroupRequest.class))
        .extracting(LeaveGroupRequest::member)
        .containsExactly(id);
    assertThat(thrownBy(() -> a.poll(STEP)).code()).isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void aBrokenConnectionKeepsThePartitions() {
    produce(0, 40);
    Heard heard = new Heard();
    try (GroupConsumer a = member().listener(heard).build()) {
      List<ConsumedEvent> events = new ArrayList<>(take(a, 40));
      String id = a.memberId();
      broker.session().cut();
      produce(40, 80);
      events.addAll(take(a, 40));

      assertThat(values(events)).hasSize(80).doesNotHaveDuplicates();
      assertThat(a.memberId()).isEqualTo(id);
      assertThat(heard.calls).hasSize(1);
      assertThat(broker.requests(JoinGroupRequest.class)).hasSize(1);
    }
  }

  @Test
  void aMemberWhoseSessionEndedLosesItsPartitionsAndJoinsAgain() throws Exception {
    broker.stopGroupClock();
    produce(0, 40);
    Heard heard = new Heard();
    GroupConsumer zombie = member().sessionTimeout(SHORT_SESSION).listener(heard).build();
    take(zombie, 40);
    String id = zombie.memberId();
    FakeSession session = broker.session();
    broker.script(
        exchange -> {
          if (exchange.session() != session) {
            exchange.proceed();
          }
        });
    try (GroupConsumer heir = another().consumer("orders").group("billing").build()) {
      broker.passGroupTime(SHORT_SESSION);
      pollUntil(() -> heir.partitions().size() == 4, heir);
      broker.script(Exchange::proceed);
      MillraceException refused = thrownBy(zombie::commit);
      assertThat(refused.code()).isEqualTo(ErrorCode.STALE_MEMBER);

      pollUntil(() -> zombie.partitions().size() == 2, zombie, heir);
      assertThat(zombie.memberId()).isNotEqualTo(id);
      assertThat(heard.calls.get(1)).isEqualTo("lost [orders-0, orders-1, orders-2, orders-3]");
      zombie.close();
    }
  }

  @Test
  void aMemberThatDoesNotPollStaysInTheGroup() {
    broker.stopGroupClock();
    produce(0, 40);
    try (GroupConsumer slow = member().sessionTimeout(SHORT_SESSION).build()) {
      take(slow, 40);
      int before = broker.requests(GroupBeatRequest.class).size();
      for (int i = 1; i <= 8; i++) {
        int beats = before + i;
        until(() -> broker.requests(GroupBeatRequest.class).size() > beats);
        broker.passGroupTime(SHORT_SESSION.dividedBy(2));
      }
      List<GroupBeatRequest> beats = broker.requests(GroupBeatRequest.class);
      slow.commit();

      GroupBeatRequest first = beats.get(before);
      GroupBeatRequest last = beats.get(beats.size() - 1);
      assertThat(last.handedOut()).isPositive();
      assertThat(last.progressSinceMicros()).isGreaterThan(first.progressSinceMicros());
    }
  }

  @Test
  void aMemberWithAProcessingTimeIsRemovedAndComesBackWithTheNextPoll() {
    produce(0, 40);
    Heard heard = new Heard();
    try (GroupConsumer slow = member().maxProcessingTime(SHORT_SESSION).listener(heard).build()) {
      take(slow, 40);
      String id = slow.memberId();
      int joins = broker.requests(JoinGroupRequest.class).size();
      try (GroupConsumer other = another().consumer("orders").group("billing").build()) {
        pollUntil(
            () -> {
              broker.tickGroups();
              return other.partitions().size() == 4;
            },
            other);
        assertThat(broker.requests(JoinGroupRequest.class)).hasSize(joins + 1);
        pollUntil(() -> slow.partitions().size() == 2, slow, other);
        assertThat(slow.memberId()).isNotEqualTo(id);
        // It may first have heard of the join of the other one, if the news of its end is late.
        assertThat(heard.calls).anyMatch(call -> call.startsWith("lost "));
      }
    }
  }

  @Test
  void aPartitionThatIsDeletedWhileItIsReadFailsAfterItsLastEvent() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").build()) {
      for (int i = 0; i < 10; i++) {
        producer.send(Event.of("" + i));
      }
    }
    try (GroupConsumer a = client().consumer("one").group("billing").build()) {
      take(a, 10);
      int subscription = broker.requests(SubscribeRequest.class).get(0).subscriptionId();
      broker.session().end(subscription, ErrorCode.OFFSET_OUT_OF_RANGE);
      assertThat(thrownBy(() -> take(a, 1)))
          .isInstanceOf(PartitionReadException.class)
          .hasMessageContaining("the position of the group is 10");
      assertThat(thrownBy(() -> a.poll(STEP)).code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }
  }

  @Test
  void eventsThatTheSourcesLeaveOutAreCommittedToo() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").source("other").build()) {
      for (int i = 0; i < 10; i++) {
        producer.send(Event.of("" + i));
      }
    }
    try (GroupConsumer a = client().consumer("one").sources("wanted").group("billing").build()) {
      Thread closer =
          new Thread(
              () -> {
                until(() -> committed() == 10);
                a.wakeup();
              });
      closer.start();
      assertThat(a.poll(LONG)).isEmpty();
      assertThat(ends(closer)).isTrue();
    }
  }

  @Test
  void startPositionsDoNotFitAGroup() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> client().consumer("orders").from(StartPosition.earliest()).group("billing"))
        .withMessageContaining("whenNoPosition");
    assertThatIllegalStateException()
        .isThrownBy(() -> client().groupConsumer("billing").build())
        .withMessageContaining("call topics or pattern");
  }

  @Test
  void aSubscriptionNamesItsMember() {
    try (GroupConsumer a = member().build()) {
      pollUntil(() -> broker.requests(SubscribeRequest.class).size() == 4, a);
      SubscribeRequest subscribe = broker.requests(SubscribeRequest.class).get(0);
      assertThat(subscribe.group()).isEqualTo("billing");
      assertThat(subscribe.member()).isEqualTo(a.memberId());
      assertThat(subscribe.memberEpoch()).isPositive();
    }
  }

  @Test
  void aSubscriptionThatTheBrokerEndsIsMadeAgainWithoutAGap() {
    produce(0, 40);
    try (GroupConsumer a = member().build()) {
      List<ConsumedEvent> events = new ArrayList<>(take(a, 40));
      for (SubscribeRequest each : broker.requests(SubscribeRequest.class)) {
        broker.session().end(each.subscriptionId(), ErrorCode.STALE_MEMBER);
      }
      pollUntil(() -> broker.requests(SubscribeRequest.class).size() == 8, a);
      produce(40, 80);
      events.addAll(take(a, 40));
      assertThat(values(events)).hasSize(80).doesNotHaveDuplicates();
    }
  }

  @Test
  void aStaticNameThatIsTakenOverEndsTheConsumer() {
    GroupConsumer old = member().staticName("worker-1").build();
    pollUntil(() -> old.partitions().size() == 4, old);
    try (GroupConsumer young =
        another().consumer("orders").group("billing").staticName("worker-1").build()) {
      pollUntil(() -> young.partitions().size() == 4, young);

      until(
          () -> {
            try {
              old.poll(STEP);
              return false;
            } catch (MillraceException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.STATIC_NAME_TAKEN);
              return true;
            }
          });
      old.close();
    }
  }

  @Test
  void aStaticMemberKeepsItsPartitionsOverARestart() {
    try (GroupConsumer other = another().consumer("orders").group("billing").build()) {
      GroupConsumer old = member().staticName("worker-1").build();
      pollUntil(() -> old.partitions().size() == 2 && other.partitions().size() == 2, old, other);
      SortedSet<GroupPartition> kept = old.partitions();
      old.close();
      pollUntil(() -> true, other);
      try (GroupConsumer young = member().staticName("worker-1").build()) {
        pollUntil(() -> young.partitions().size() == 2, young, other);

        assertThat(young.partitions()).isEqualTo(kept);
        assertThat(other.partitions()).hasSize(2);
      }
    }
  }

  @Test
  void aLostPositionFailsAndNamesTheRange() {
    produce(0, 40);
    try (GroupConsumer a = member().build()) {
      take(a, 40);
      a.commit();
    }
    produce(40, 80);
    Map<Integer, Long> ends = new java.util.TreeMap<>();
    for (int i = 0; i < 4; i++) {
      ends.put(i, broker.partition("orders", i).end());
    }
    client().admin().deleteEventsBefore("orders", ends);

    try (GroupConsumer b = member().build()) {
      MillraceException lost = thrownBy(() -> take(b, 1));
      assertThat(lost).isInstanceOf(PartitionReadException.class);
      assertThat(lost.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
      assertThat(lost)
          .hasMessageContaining("are deleted, and the group has not read them")
          .hasMessageContaining("millrace group reset billing --topic orders --partition ");
    }
    try (GroupConsumer c = member().whenPositionLost(WhenMissing.EARLIEST).build()) {
      pollUntil(() -> c.positions().size() == 4, c);
      assertThat(c.positions().values()).containsExactlyElementsOf(ends.values());
    }
  }

  @Test
  void latestMeansTheSameForTheNextOwner() {
    produce(0, 40);
    GroupConsumer a = member().whenNoPosition(WhenMissing.LATEST).build();
    pollUntil(() -> committed() == 40, a);
    a.close();
    produce(40, 80);
    try (GroupConsumer b = member().whenNoPosition(WhenMissing.LATEST).build()) {
      assertThat(sorted(take(b, 40))).hasSize(40);
    }
  }

  @Test
  void withoutAPositionItCanFail() {
    try (GroupConsumer a = member().whenNoPosition(WhenMissing.FAIL).build()) {
      assertThat(thrownBy(() -> take(a, 1)))
          .hasMessageContaining("group 'billing' has no position in partition");
    }
  }

  @Test
  void aBrokerWithoutGroupsIsNamed() {
    broker.without(Api.JOIN_GROUP);
    MillraceException old = thrownBy(() -> member().build());
    assertThat(old.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(old).hasMessageContaining("JOIN_GROUP");
  }

  @Test
  void aGroupNameThatIsNotAllowedFailsTheBuild() {
    assertThat(thrownBy(() -> client().consumer("orders").group("").build()).code())
        .isEqualTo(ErrorCode.INVALID_GROUP_NAME);
  }

  @Test
  void aPatternGetsTopicsThatComeLater() {
    try (GroupConsumer a = client().groupConsumer("all").pattern("or*").build()) {
      pollUntil(() -> a.partitions().size() == 4, a);
      broker.topic("organs", 2);
      pollUntil(() -> a.partitions().size() == 6, a);
      assertThat(a.partitions()).contains(new GroupPartition("organs", 1));
    }
  }

  @Test
  void theListenerMayCommit() {
    produce(0, 40);
    GroupConsumer[] self = new GroupConsumer[1];
    RebalanceListener committing =
        new RebalanceListener() {
          @Override
          public void assigned(SortedSet<GroupPartition> partitions) {}

          @Override
          public void revoked(SortedSet<GroupPartition> partitions) {
            self[0].commit();
          }

          @Override
          public void lost(SortedSet<GroupPartition> partitions) {}
        };
    self[0] = member().listener(committing).build();
    take(self[0], 40);
    self[0].close();
    assertThat(committed()).isLessThan(40); // the last poll's events are not finished
  }

  @Test
  void wakeupEndsAPoll() {
    try (GroupConsumer a = member().build()) {
      pollUntil(() -> a.partitions().size() == 4, a);
      a.wakeup();
      assertThat(a.poll(LONG)).isEmpty();
    }
  }

  @Test
  void closeEndsAPollOfAnotherThread() throws Exception {
    GroupConsumer a = member().build();
    CountDownLatch polled = new CountDownLatch(1);
    List<MillraceException> thrown = Collections.synchronizedList(new ArrayList<>());
    Thread poller =
        new Thread(
            () -> {
              try {
                polled.countDown();
                a.poll(LONG);
              } catch (MillraceException e) {
                thrown.add(e);
              }
            });
    poller.start();
    await(polled);
    awaitState(poller, Thread.State.TIMED_WAITING);
    a.close();
    assertThat(ends(poller)).isTrue();
    assertThat(thrown).extracting(MillraceException::code).containsExactly(ErrorCode.CLOSED);
  }

  @Test
  void aCommitWaitsForTheAnswer() throws Exception {
    produce(0, 10);
    try (GroupConsumer a = member().build()) {
      take(a, 10);
      BlockingQueue<Exchange> held = broker.hold(CommitOffsetsRequest.class);
      Thread committer = new Thread(a::commit);
      committer.start();
      Exchange commit = next(held);
      awaitState(committer, Thread.State.TIMED_WAITING);
      assertThat(committer.isAlive()).isTrue();
      broker.script(Exchange::proceed);
      commit.proceed();
      assertThat(ends(committer)).isTrue();
    }
  }

  @Test
  void aJoinThatIsRefusedForTooLongSaysWhy() {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof JoinGroupRequest) {
            exchange.refuse(ErrorCode.DISK_FULL);
          } else {
            exchange.proceed();
          }
        });
    MillraceClient impatient = builder().requestTimeout(Duration.ofSeconds(3)).build();
    others.add(impatient);
    MillraceException failure =
        thrownBy(() -> impatient.consumer("orders").group("billing").build());
    assertThat(failure.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(failure).hasMessageContaining("scripted DISK_FULL (").hasMessageContaining("3s)");
  }
}
