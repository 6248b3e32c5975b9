package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker on an engine that confirms later, and whose logs another broker may take over. */
class ThirdEngineTest {

  private final ManualOwner owner = new ManualOwner(() -> {});
  private DelayingStorage storage = DelayingStorage.create(() -> owner.execute(() -> {}));
  private Broker broker;
  private Partition partition;
  private Partition other;

  @BeforeEach
  void open() {
    broker = start();
    partition = Await.result(broker.createTopic("rides", 1, Map.of())).partitions().get(0);
    other = Await.result(broker.createTopic("other", 1, Map.of())).partitions().get(0);
  }

  private Broker start() {
    return TestBroker.open(storage, owner);
  }

  @AfterEach
  void close() {
    CompletableFuture<Void> closed = owner.startAside(broker::close);
    owner.runUntil(
        () -> {
          storage.makeAllDurable();
          return closed.isDone();
        });
    closed.join();
  }

  private Answer append(Partition to, String value, AckLevel ack) {
    Answer answer = new Answer();
    to.append(Batches.of(value), ProducerSecret.NONE, ack, answer);
    return answer;
  }

  @Test
  void aSyncedAppendIsAnsweredWhenTheLogSaysThatItIsDurable() {
    Answer answer = append(partition, "a", AckLevel.SYNCED);
    owner.runAll();
    assertThat(answer.isDone()).isFalse();
    storage.makeDurable(partition.id());
    owner.runAll();
    assertThat(answer.offset()).isZero();
  }

  @Test
  void aStoredAppendIsAnsweredWhenItIsStored() {
    Answer stored = append(partition, "a", AckLevel.STORED);
    Answer unasked = append(partition, "b", AckLevel.NONE);
    owner.runAll();
    assertThat(stored.isDone()).isFalse();
    assertThat(unasked.offset()).isEqualTo(1);
    assertThat(partition.offsets()).isEqualTo(new LogOffsets(0, 0, 0, 2));
    storage.makeDurable(partition.id());
    owner.runAll();
    assertThat(stored.offset()).isZero();
    assertThat(partition.offsets()).isEqualTo(new LogOffsets(0, 2, 2, 2));
  }

  @Test
  void aStoredBatchSentAgainIsAnsweredWhenItIsStored() {
    Answer first = new Answer();
    Answer again = new Answer();
    IssuedProducer producer = Await.result(broker.producers().open());
    partition.append(
        Batches.ofProducer(producer.id(), 0, 0, 3), producer.secret(), AckLevel.STORED, first);
    partition.append(
        Batches.ofProducer(producer.id(), 0, 0, 3), producer.secret(), AckLevel.STORED, again);
    owner.runAll();
    assertThat(again.isDone()).isFalse();
    storage.makeDurable(partition.id());
    owner.runAll();
    assertThat(first.offset()).isZero();
    assertThat(again.offset()).isZero();
  }

  @Test
  void aStoredAppendThatIsInDoubtIsRefused() {
    Answer inDoubt = append(partition, "a", AckLevel.STORED);
    storage.fence(partition.id());
    owner.runAll();
    inDoubt.refusal(ErrorCode.FENCED);
  }

  @Test
  void theLatestReaderSeesWhatIsStored() {
    Collector collector = new Collector();
    subscribe(partition, collector, IsolationLevel.LATEST);
    append(partition, "a", AckLevel.NONE);
    owner.runAll();
    assertThat(collector.values()).isEmpty();
    storage.makeDurable(partition.id());
    owner.runAll();
    assertThat(collector.values()).containsExactly("a");
  }

  @Test
  void noMoreThanALimitWaitUntilTheyAreStored() {
    for (int i = 0; i <= PendingAcks.MAX_WAITING; i++) {
      append(partition, "a", AckLevel.STORED);
    }
    append(partition, "b", AckLevel.STORED).refusal(ErrorCode.TOO_MANY_IN_FLIGHT);
    assertThat(append(partition, "c", AckLevel.NONE).isAppended()).isTrue();
  }

  @Test
  void aDurableReaderSeesWhatTheLogSaysIsDurable() {
    Collector collector = new Collector();
    subscribe(partition, collector);
    append(partition, "a", AckLevel.SYNCED);
    owner.runAll();
    assertThat(collector.values()).isEmpty();
    storage.makeDurable(partition.id());
    owner.runAll();
    assertThat(collector.values()).containsExactly("a");
  }

  @Test
  void aFencedLogRefusesWithItsCodeAndOthersGoOn() {
    Answer durable = append(partition, "a", AckLevel.SYNCED);
    storage.makeDurable(partition.id());
    Answer inDoubt = append(partition, "b", AckLevel.SYNCED);
    Answer elsewhere = append(other, "x", AckLevel.SYNCED);
    storage.fence(partition.id());
    owner.runAll();
    assertThat(durable.offset()).isZero();
    inDoubt.refusal(ErrorCode.FENCED);
    append(partition, "c", AckLevel.STORED).refusal(ErrorCode.FENCED);
    assertThat(partition.failure().code()).isEqualTo(ErrorCode.FENCED);
    storage.makeDurable(other.id());
    owner.runAll();
    assertThat(elsewhere.offset()).isZero();
    assertThat(other.failure()).isNull();
  }

  @Test
  void aFencedLogRefusesSubscribersAndKeepsThoseThatItHas() {
    Collector collector = new Collector();
    subscribe(partition, collector);
    append(partition, "a", AckLevel.SYNCED);
    storage.makeDurable(partition.id());
    append(partition, "b", AckLevel.SYNCED);
    owner.runAll();
    storage.fence(partition.id());
    owner.runAll();
    assertThat(collector.values()).containsExactly("a");
    assertThat(collector.end()).isNull();
    ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> subscribe(partition, new Collector()));
  }

  @Test
  void aCloseWaitsUntilAppendsAreDurableAndAnswersThem() {
    Answer answer = append(partition, "a", AckLevel.SYNCED);
    CompletableFuture<Void> closed = owner.startAside(broker::close);
    owner.runUntil(() -> storage.isClosed(other.id()));
    owner.runAll();
    assertThat(storage.isClosed(partition.id())).isFalse();
    assertThat(answer.isDone()).isFalse();
    storage.makeDurable(partition.id());
    owner.finish(closed);
    assertThat(answer.offset()).isZero();
  }

  @Test
  void allLogsOpenTogetherWithoutAThreadForEach() {
    Await.result(broker.createTopic("many", 16, Map.of()));
    assertThat(TestBroker.SETTINGS.recoveryThreads()).isLessThan(16);
    restart(
        next -> {
          next.awaitOpening(16 + 2);
          next.letOpens();
        });
    assertThat(broker.topic("many").partitions()).allMatch(one -> one.failure() == null);
  }

  @Test
  void aLogThatIsFencedWhenItIsOpenedRefusesAndOthersAreServed() {
    LogId id = partition.id();
    restart(
        next -> {
          next.fence(id);
          next.letOpens();
        });
    Partition reopened = broker.topic("rides").partitions().get(0);
    assertThat(reopened.failure().code()).isEqualTo(ErrorCode.FENCED);
    append(reopened, "a", AckLevel.STORED).refusal(ErrorCode.FENCED);
    Answer elsewhere = append(broker.topic("other").partitions().get(0), "x", AckLevel.SYNCED);
    storage.makeAllDurable();
    owner.runAll();
    assertThat(elsewhere.offset()).isZero();
  }

  /** Starts the next broker; another thread waits for its logs. */
  private void restart(Consumer<DelayingStorage> whileOpening) {
    close();
    storage = storage.next();
    CompletableFuture<Broker> next = CompletableFuture.supplyAsync(this::start);
    whileOpening.accept(storage);
    broker = next.join();
  }

  private void subscribe(Partition to, Collector collector) {
    subscribe(to, collector, IsolationLevel.DURABLE);
  }

  private void subscribe(Partition to, Collector collector, IsolationLevel isolation) {
    SubscriptionSpec spec =
        new SubscriptionSpec(new SubscriptionStart.Earliest(), isolation, 1 << 20, List.of());
    to.subscribe(spec, collector).subscription().resume();
    owner.runAll();
  }
}
