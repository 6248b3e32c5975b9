package io.millrace.client;

import static io.millrace.client.GroupConsumerTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ProcessOptions.Ordering;
import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.StoredBatches;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Partitions that a member gives up, gets or loses in the middle of something: nothing of them is
 * handed out after that, and only what is finished is committed.
 */
class PartitionHandOverTest extends BrokerTest {

  private static final Duration STEP = Duration.ofMillis(5);
  private static final Duration SHORT_SESSION = Duration.ofSeconds(1);
  private static final String[] VALUES = {"a", "b", "c", "d"};

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    broker.script(Exchange::proceed);
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private void makeTopic(String name, int partitions) {
    broker.topic(name, partitions);
    for (int i = 0; i < partitions; i++) {
      append(name, i);
    }
  }

  /** Appends one batch of four events. */
  private void append(String topic, int partition) {
    synchronized (broker) {
      broker.partition(topic, partition).appendAll(StoredBatches.stored(0, VALUES));
    }
  }

  private GroupConsumer open(GroupConsumer.Builder builder) {
    GroupConsumer consumer = builder.build();
    open.add(consumer);
    return consumer;
  }

  private GroupConsumer.Builder another(String topic) {
    MillraceClient other = builder().clientId("other").build();
    open.add(other);
    return other.consumer(topic).group("billing");
  }

  private Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    open.add(() -> assertThat(ends(thread)).isTrue());
    return thread;
  }

  /** What the broker has pushed before is with the client. */
  private void afterPushes() {
    client().admin().listTopics();
  }

  /** Blocks the client's event loop until the returned latch is counted down. */
  private CountDownLatch blockEventLoop(Producer producer) {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    producer
        .send(Event.of("block"))
        .thenRun(
            () -> {
              blocked.countDown();
              await(release);
            });
    await(blocked);
    return release;
  }

  /** Does nothing. */
  private abstract static class Listener implements RebalanceListener {
    @Override
    public void assigned(SortedSet<GroupPartition> partitions) {}

    @Override
    public void revoked(SortedSet<GroupPartition> partitions) {}

    @Override
    public void lost(SortedSet<GroupPartition> partitions) {}
  }

  /** Calls the task with the first partition that moves. */
  private static RebalanceListener revoked(Consumer<GroupPartition> task) {
    AtomicBoolean called = new AtomicBoolean(); // closing revokes the rest
    return new Listener() {
      @Override
      public void revoked(SortedSet<GroupPartition> partitions) {
        if (!called.getAndSet(true)) {
          task.accept(partitions.first());
        }
      }
    };
  }

  /** Calls the task when the member gets a partition of the topic. */
  private static RebalanceListener assigned(String topic, Runnable task) {
    return new Listener() {
      @Override
      public void assigned(SortedSet<GroupPartition> partitions) {
        if (partitions.first().topic().equals(topic)) {
          task.run();
        }
      }
    };
  }

  /** The event loop, which ends the subscription, is blocked: only the poll itself can notice. */
  @Test
  void whatArrivesBetweenTheListenerAndTheEndOfTheSubscriptionIsNotHandedOut() {
    makeTopic("orders", 2);
    makeTopic("other", 1);
    Producer producer = client().producer("other").build();
    AtomicReference<GroupPartition> moving = new AtomicReference<>();
    AtomicReference<CountDownLatch> blocked = new AtomicReference<>();
    GroupConsumer a =
        open(
            client()
                .consumer("orders")
                .group("billing")
                .listener(
                    revoked(
                        partition -> {
                          append("orders", partition.partition());
                          afterPushes();
                          moving.set(partition);
                          blocked.set(blockEventLoop(producer));
                        })));
    GroupConsumerTest.take(a, 8);
    start(() -> open(another("orders")));
    List<ConsumedEvent> late = new ArrayList<>();
    until(
        () -> {
          late.addAll(a.poll(STEP));
          return moving.get() != null;
        });
    late.addAll(a.poll(STEP));
    blocked.get().countDown();

    assertThat(late).isEmpty();
    producer.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPollThatIsUnderWayHandsOutNothingAfterTheClose(boolean byAnotherThread) {
    makeTopic("orders", 1);
    AtomicReference<GroupConsumer> self = new AtomicReference<>();
    Runnable close =
        () -> {
          if (byAnotherThread) {
            assertThat(ends(start(self.get()::close))).isTrue();
          } else {
            self.get().close();
          }
        };
    self.set(
        open(
            client()
                .groupConsumer("billing")
                .pattern("or*")
                .maxPollEvents(1)
                .listener(assigned("organs", close))));
    assertThat(GroupConsumerTest.take(self.get(), 1)).hasSize(1); // three of the batch are left
    broker.topic("organs", 1);
    afterPushes();

    List<ConsumedEvent> late = new ArrayList<>();
    MillraceException closed =
        thrownBy(
            () ->
                until(
                    () -> {
                      List<ConsumedEvent> events = self.get().poll(STEP);
                      if (!broker.requests(LeaveGroupRequest.class).isEmpty()) {
                        late.addAll(events);
                      }
                      return false;
                    }));
    assertThat(closed.code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(late).isEmpty();
  }

  @Test
  void aListenerThatClosesTheConsumerWaitsForTheHandlersThatRun() throws Exception {
    makeTopic("orders", 1);
    AtomicReference<GroupConsumer> self = new AtomicReference<>();
    AtomicReference<Thread> closing = new AtomicReference<>();
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<String> handled = new CopyOnWriteArrayList<>();
    Runnable close =
        () -> {
          closing.set(Thread.currentThread());
          self.get().close();
        };
    self.set(
        open(client().groupConsumer("billing").pattern("or*").listener(assigned("organs", close))));
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () ->
                self.get()
                    .process(
                        event -> {
                          handled.add(event.valueAsString());
                          began.countDown();
                          await(release);
                        },
                        ProcessOptions.of(1, Ordering.PARTITION)),
            this::start);
    await(began);
    broker.topic("organs", 1);
    until(() -> closing.get() != null);
    awaitState(closing.get(), Thread.State.TIMED_WAITING);
    assertThat(broker.requests(LeaveGroupRequest.class)).isEmpty();
    release.countDown();
    get(end);

    assertThat(handled).containsExactly("a");
    assertThat(positions()).containsExactly(1L);
  }

  /** The drain is over: what waits for its turn in the partition does not get it any more. */
  @Test
  void noHandlerStartsWhileTheListenerHearsOfARevokedPartition() throws Exception {
    broker.topic("orders", 2);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch later = new CountDownLatch(2);
    List<Thread> blocked = new CopyOnWriteArrayList<>();
    List<String> handled = new CopyOnWriteArrayList<>();
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Producer producer = client().producer("orders").build()) {
      for (int partition = 0; partition < 2; partition++) {
        for (String key : List.of("x", "x", "y")) {
          producer.send(Event.builder().key(key).value(key).partition(partition).build());
        }
      }
    }
    GroupConsumer a =
        open(
            client()
                .consumer("orders")
                .group("billing")
                .listener(
                    revoked(
                        partition -> {
                          release.countDown();
                          // The worker of the first event has tried the second, and waits.
                          blocked.forEach(each -> awaitState(each, Thread.State.WAITING));
                          handled.forEach(heard::add);
                          heard.removeIf(each -> !each.startsWith(partition.partition() + "-"));
                        })));
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () ->
                a.process(
                    event -> {
                      handled.add(event.partition() + "-" + event.offset());
                      if (event.offset() == 0) {
                        blocked.add(Thread.currentThread());
                        await(release);
                      } else if (event.offset() == 2) {
                        later.countDown();
                      }
                    },
                    ProcessOptions.of(4, Ordering.KEY).drain(Duration.ofMillis(1))),
            this::start);
    await(later);
    open(another("orders"));
    until(() -> !heard.isEmpty());
    a.wakeup();
    get(end);

    assertThat(heard).hasSize(2).noneMatch(each -> each.endsWith("-1"));
  }

  @Test
  void aPartitionIsOwnedUntilTheCommitInFlightAndItsOwnAreStored() throws Exception {
    makeTopic("orders", 2);
    GroupConsumer a = open(client().consumer("orders").group("billing").maxPollEvents(3));
    BlockingQueue<Exchange> commits = broker.hold(CommitOffsetsRequest.class);
    int taken = GroupConsumerTest.take(a, 3).size();
    taken += GroupConsumerTest.take(a, 1).size(); // finishes those before
    Exchange inFlight = next(commits);
    GroupConsumerTest.take(a, 8 - taken);
    assertThat(a.poll(STEP)).isEmpty(); // finishes all
    GroupConsumer b = open(another("orders"));
    until(() -> a.poll(STEP).isEmpty() && a.partitions().size() == 1);
    GroupPartition moving = new GroupPartition("orders", 1 - a.partitions().first().partition());

    inFlight.proceed();
    Exchange own = next(commits);
    assertThat(position(own, moving.partition())).containsExactly(4L);
    assertThat(broker.requests(GroupBeatRequest.class))
        .filteredOn(beat -> beat.member().equals(a.memberId()))
        .noneMatch(beat -> beat.owned().size() == 1);
    broker.script(Exchange::proceed);
    own.proceed();
    until(
        () -> {
          assertThat(b.poll(STEP)).isEmpty();
          return b.positions().size() == 1;
        });
    assertThat(b.positions()).isEqualTo(Map.of(moving, 4L));
  }

  private static List<Long> position(Exchange commit, int partition) {
    return ((CommitOffsetsRequest) commit.request())
        .offsets().stream()
            .filter(each -> each.partition() == partition)
            .map(OffsetToCommit::offset)
            .toList();
  }

  /** All committed positions. */
  private List<Long> positions() {
    return broker.requests(CommitOffsetsRequest.class).stream()
        .flatMap(commit -> commit.offsets().stream())
        .map(OffsetToCommit::offset)
        .toList();
  }

  /** The broker has other members by then, perhaps: it has not heard of this one for a session. */
  @Test
  void aMemberWhoseSessionIsOverHearsOfNothingThatItHadGot() {
    makeTopic("orders", 1);
    Queue<Exchange> beats = new ConcurrentLinkedQueue<>();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof GroupBeatRequest) {
            beats.add(exchange);
          } else {
            exchange.proceed();
          }
        });
    List<String> members = new ArrayList<>();
    AtomicReference<GroupConsumer> self = new AtomicReference<>();
    Runnable heard = () -> members.add(self.get().memberId());
    self.set(
        open(
            client()
                .consumer("orders")
                .group("billing")
                .sessionTimeout(SHORT_SESSION)
                .listener(assigned("orders", heard))));
    String first = self.get().memberId();
    afterSession();

    assertThat(self.get().poll(STEP)).isEmpty();
    assertThat(members).isEmpty();
    broker.script(Exchange::proceed);
    beats.forEach(Exchange::proceed);
    assertThat(values(GroupConsumerTest.take(self.get(), 4))).contains(VALUES);
    assertThat(members).isNotEmpty().doesNotContain(first);
  }

  /** The broker has got its beats, and only the answers are late. */
  @Test
  void aMemberWhoseAnswersAreLateHandsOutNothingUntilOneComes() {
    makeTopic("orders", 1);
    GroupConsumer a =
        open(
            client()
                .consumer("orders")
                .group("billing")
                .maxPollEvents(1)
                .sessionTimeout(SHORT_SESSION));
    String member = a.memberId();
    GroupConsumerTest.take(a, 1); // three of the batch are left
    Queue<Runnable> answers = new ArrayDeque<>();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof GroupBeatRequest) {
            Response answer = exchange.execute();
            answers.add(() -> exchange.answer(answer));
          } else {
            exchange.proceed();
          }
        });
    afterSession();
    assertThat(a.poll(STEP)).isEmpty();

    synchronized (broker) {
      answers.forEach(Runnable::run);
      broker.script(Exchange::proceed);
    }
    assertThat(GroupConsumerTest.take(a, 3)).hasSize(3);
    assertThat(a.memberId()).isEqualTo(member);
  }

  private static void afterSession() {
    long end = System.nanoTime() + SHORT_SESSION.toNanos();
    until(() -> System.nanoTime() - end >= 0);
  }
}
