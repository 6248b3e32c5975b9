package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A log that has lost, when it is opened again, what was not durable. */
class ReopeningLossTest {

  private Engine.Disk disk;
  private ManualOwner owner;
  private TakeoverStorage storage;
  private Broker broker;
  private Partition partition;

  /** The secret that batches are sent with. */
  private ProducerSecret secret = ProducerSecret.NONE;

  private void open(Engine engine) {
    disk = engine.disk();
    owner = new ManualOwner(disk::awaitIdle);
    storage = new TakeoverStorage(disk.create());
    broker = TestBroker.open(storage, owner);
    partition = Await.result(broker.createTopic("rides", 1, Map.of())).partitions().get(0);
  }

  /** Opens a producer; the secret of later batches is its secret. */
  private long openProducer() {
    IssuedProducer producer = Await.result(broker.producers().open());
    secret = producer.secret();
    return producer.id();
  }

  @AfterEach
  void close() {
    storage.letConfirmations();
    owner.runAside(broker::close);
    disk.close();
  }

  private Answer send(ByteBuffer batch, AckLevel ack) {
    Answer answer = new Answer();
    partition.append(batch, secret, ack, answer);
    return answer;
  }

  private long append(ByteBuffer batch) {
    Answer answer = send(batch, AckLevel.SYNCED);
    owner.runUntil(answer::isDone);
    return answer.offset();
  }

  private Collector subscribe(IsolationLevel isolation) {
    Collector collector = new Collector();
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), isolation, Long.MAX_VALUE, List.of());
    partition.subscribe(spec, collector).subscription().resume();
    owner.runAll();
    return collector;
  }

  private void fenceAndLoseWhatIsNotDurable() {
    storage.loseWhatIsNotDurable();
    storage.fence(partition.id());
    owner.runUntil(() -> partition.failure() != null);
    owner.runUntil(() -> partition.failure() == null);
    owner.runAll();
  }

  @Test
  void aSubscriptionPastTheEndIsToldOfTheLossAndOthersContinue() {
    open(Engine.MEMORY);
    Collector durable = subscribe(IsolationLevel.DURABLE);
    Collector latest = subscribe(IsolationLevel.LATEST);
    append(Batches.of("a"));
    storage.holdConfirmations();
    send(Batches.of("lost"), AckLevel.STORED).offset();
    owner.runAll();
    assertThat(latest.values()).containsExactly("a", "lost");
    fenceAndLoseWhatIsNotDurable();
    assertThat(latest.end().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(latest.end()).hasMessageContaining("ends at offset 1");
    append(Batches.of("b"));
    owner.runUntil(() -> durable.values().size() == 2);
    assertThat(durable.values()).containsExactly("a", "b");
    assertThat(durable.offsets()).containsExactly(0L, 1L);
  }

  @Test
  void aLatestSubscriptionThatHasNotReadPastTheEndContinues() {
    open(Engine.MEMORY);
    Collector latest = subscribe(IsolationLevel.LATEST);
    append(Batches.of("a"));
    storage.fenceSilently(partition.id());
    storage.loseWhatIsNotDurable();
    send(Batches.of("refused"), AckLevel.STORED).refusal(ErrorCode.FENCED);
    owner.runUntil(() -> partition.failure() == null);
    append(Batches.of("b"));
    owner.runUntil(() -> latest.values().size() == 2);
    assertThat(latest.values()).containsExactly("a", "b");
    assertThat(latest.end()).isNull();
  }

  @Test
  void aProducerThatResendsStoresWhatWasLost() {
    open(Engine.MEMORY);
    long producer = openProducer();
    append(Batches.ofProducer(producer, 0, 0, 2));
    storage.holdConfirmations();
    Answer lost = send(Batches.ofProducer(producer, 0, 2, 3), AckLevel.SYNCED);
    fenceAndLoseWhatIsNotDurable();
    lost.refusal(ErrorCode.FENCED);
    assertThat(partition.offsets().end()).isEqualTo(2);
    assertThat(append(Batches.ofProducer(producer, 0, 2, 3))).isEqualTo(2);
    assertThat(partition.offsets().end()).isEqualTo(5);
  }

  /** The engine never reports what was appended before the failure as durable. */
  @Test
  void anAppendThatFailsDoesNotKeepTheBrokerFromClosing() {
    open(Engine.COMPLETING);
    storage.holdConfirmations();
    Answer waiting = send(Batches.of("a"), AckLevel.SYNCED);
    storage.failingAppend = new StorageException(ErrorCode.STORAGE_FAILED, "broken, says the test");
    send(Batches.of("b"), AckLevel.STORED).refusal(ErrorCode.STORAGE_FAILED);
    CompletableFuture<Void> closing = owner.startAside(broker::close);
    owner.finish(closing);
    waiting.refusal(ErrorCode.STORAGE_FAILED);
    assertThat(storage.closed).isTrue();
  }
}
