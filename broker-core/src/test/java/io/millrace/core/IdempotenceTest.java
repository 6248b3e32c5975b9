package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch that is sent twice is stored once, also over restarts. */
@ParameterizedClass
@EnumSource(Engine.class)
class IdempotenceTest {

  private static final long ID = 42;

  private final TestBroker test;

  IdempotenceTest(Engine engine) {
    test = new TestBroker(engine);
    test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Answer send(long baseSequence, int events) {
    return send(ID, 0, baseSequence, events);
  }

  private Answer send(long id, int epoch, long baseSequence, int events) {
    return test.append(
        test.partition("rides"),
        Batches.ofProducer(id, epoch, baseSequence, events),
        AckLevel.STORED);
  }

  private long end() {
    return test.partition("rides").offsets().end();
  }

  @Test
  void aBatchSentAgainGetsItsFirstReceipt() {
    Answer first = send(0, 3);
    test.clock.move(Duration.ofSeconds(1));
    send(3, 2);
    Answer again = send(0, 3);
    assertThat(again.offset()).isEqualTo(first.offset()).isZero();
    assertThat(again.appendTimeMicros()).isEqualTo(first.appendTimeMicros());
    assertThat(end()).isEqualTo(5);
  }

  @Test
  void theLastTwentyFourBatchesAreRemembered() {
    for (int i = 0; i < 25; i++) {
      send(i, 1);
    }
    assertThat(send(1, 1).offset()).isEqualTo(1);
    send(0, 1).refusal(ErrorCode.DUPLICATE_SEQUENCE);
    assertThat(end()).isEqualTo(25);
  }

  @Test
  void aGapIsRefusedWithWhatWasExpected() {
    send(0, 3);
    assertThat(send(4, 1).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE))
        .hasMessageContaining("sent sequences 4 to 4")
        .hasMessageContaining("expected 3");
    assertThat(send(3, 1).offset()).isEqualTo(3);
  }

  @Test
  void aBatchThatIsOnlyPartlyKnownIsRefused() {
    send(0, 3);
    send(2, 2).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    send(0, 2).refusal(ErrorCode.DUPLICATE_SEQUENCE);
    assertThat(end()).isEqualTo(3);
  }

  @Test
  void aNewProducerBeginsWithSequenceZero() {
    send(5, 1).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    assertThat(send(0, 1).offset()).isZero();
  }

  @Test
  void thatABatchIsStoredIsSaidWhenItIsAsSafeAsWasAsked() {
    test.storage.holdForces();
    send(0, 3).offset();
    ByteBuffer cutDifferently = Batches.ofProducer(ID, 0, 0, 2);
    Answer synced = test.append(test.partition("rides"), cutDifferently, AckLevel.SYNCED);
    send(0, 2).refusal(ErrorCode.DUPLICATE_SEQUENCE);
    test.storage.awaitForce();
    test.owner.runAll();
    assertThat(synced.isDone()).isFalse();

    test.storage.letAllForces();
    test.owner.runUntil(synced::isDone);

    synced.refusal(ErrorCode.DUPLICATE_SEQUENCE);
    assertThat(test.partition("rides").offsets().durable()).isEqualTo(3);
  }

  @Test
  void noIdThatIsInUseIsGivenAgainWhenTheStateOfIdsIsLost() {
    long known = test.newProducerId();
    send(known, 0, 0, 1).offset();

    test.restart(storage -> storage.lostStates.add("producer-ids"));

    long fresh = test.newProducerId();
    assertThat(fresh).isGreaterThan(known);
    assertThat(send(fresh, 0, 0, 1).offset()).isEqualTo(1);
    assertThat(send(known, 0, 0, 1).offset()).isZero();
    test.kill();
    assertThat(test.newProducerId()).isGreaterThan(fresh);
  }

  @Test
  void anIdThatAClientMadeUpDoesNotMoveThoseThatAreGiven() {
    send(BatchHeader.FIRST_NAMED_PRODUCER - 1, 0, 0, 1).offset();
    test.restart();
    assertThat(test.newProducerId()).isLessThan(ProducerIds.BLOCK);
  }

  @Test
  void aForgottenProducerMayGoOnButItsPastIsNotCalledStored() {
    send(ID, 0, 0, 2);
    int others = TestBroker.SETTINGS.maxProducersPerPartition();
    for (int i = 0; i < others; i++) {
      send(1000 + i, 0, 0, 1);
    }
    assertThat(send(ID, 0, 3, 1).offset()).isEqualTo(2 + others);
    send(ID, 0, 2, 1).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    assertThat(send(ID, 0, 4, 1).offset()).isEqualTo(3 + others);
  }

  @Test
  void whoSendsIsNotForgotten() {
    send(ID, 0, 0, 1);
    for (int i = 0; i < 2 * TestBroker.SETTINGS.maxProducersPerPartition(); i++) {
      send(1000 + i, 0, 0, 1);
      send(ID, 0, i + 1, 1).offset();
    }
  }

  @Test
  void aNewEpochBeginsAnewAndShutsTheOldOneOut() {
    send(ID, 0, 0, 3);
    send(ID, 1, 3, 1).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    assertThat(send(ID, 1, 0, 1).offset()).isEqualTo(3);
    send(ID, 0, 3, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
  }

  @Test
  void batchesWithoutAProducerAreNeverDuplicates() {
    Partition partition = test.partition("rides");
    test.append(partition, Batches.of("a"), AckLevel.STORED);
    assertThat(test.append(partition, Batches.of("a"), AckLevel.STORED).offset()).isEqualTo(1);
  }

  @Test
  void aDuplicateOfWhatIsNotOnDiskYetWaitsForTheDisk() {
    test.storage.holdForces();
    send(0, 1).offset();
    test.storage.awaitForce();
    Answer again =
        test.append(test.partition("rides"), Batches.ofProducer(ID, 0, 0, 1), AckLevel.SYNCED);
    test.owner.runAll();
    assertThat(again.isDone()).isFalse();
    test.storage.letForces(2);
    test.owner.runUntil(again::isDone);
    assertThat(again.offset()).isZero();
    assertThat(end()).isEqualTo(1);
  }

  @Test
  void aDuplicateOfWhatIsOnDiskIsAnsweredAtOnce() {
    test.appendSynced(test.partition("rides"), Batches.ofProducer(ID, 0, 0, 1));
    test.storage.holdForces();
    Answer again =
        test.append(test.partition("rides"), Batches.ofProducer(ID, 0, 0, 1), AckLevel.SYNCED);
    assertThat(again.offset()).isZero();
  }

  @Test
  void anAnswerNeverOvertakesThoseThatWait() {
    Partition partition = test.partition("rides");
    ProducerSecret secret = test.secretOf(Batches.ofProducer(ID, 0, 0, 1));
    List<String> answers = new ArrayList<>();
    test.storage.holdForces();
    partition.append(
        Batches.ofProducer(ID, 0, 0, 1),
        secret,
        AckLevel.SYNCED,
        new WhenAppended(
            () -> {
              answers.add("first");
              partition.append(
                  Batches.ofProducer(ID, 0, 0, 1),
                  secret,
                  AckLevel.SYNCED,
                  new WhenAppended(() -> answers.add("first, sent again")));
            }));
    partition.append(
        Batches.ofProducer(ID, 0, 1, 1),
        secret,
        AckLevel.SYNCED,
        new WhenAppended(() -> answers.add("second")));

    test.storage.letAllForces();
    test.owner.runUntil(() -> answers.size() == 3);

    assertThat(answers).containsExactly("first", "second", "first, sent again");
  }

  private record WhenAppended(Runnable then) implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      then.run();
    }

    @Override
    public void refused(BrokerException cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void producersAreKnownAfterAnOrderlyRestart() {
    send(0, 3);
    test.restart();
    assertThat(send(0, 3).offset()).isZero();
    assertThat(send(3, 1).offset()).isEqualTo(3);
    test.restart();
    assertThat(send(0, 3).offset()).as("from a checkpoint of a checkpoint").isZero();
  }

  @Test
  void producersAreKnownAfterAKill() {
    send(0, 3);
    test.kill();
    assertThat(send(0, 3).offset()).isZero();
    assertThat(send(3, 1).offset()).isEqualTo(3);
  }

  @Test
  void producersAreKnownFromTheCheckpointAndTheBatchesAfterIt() {
    int sequence = 0;
    Partition partition = test.partition("rides");
    long checkpointBytes = TestBroker.SETTINGS.checkpointBytes();
    while (partition.sizeBytes() < 2 * checkpointBytes + checkpointBytes / 2) {
      test.appendSynced(partition, Batches.ofProducer(ID, 0, sequence, 1000));
      sequence += 1000;
    }
    test.storage.awaitCheckpoints(2);
    send(sequence, 1).offset();
    test.kill();
    assertThat(send(sequence, 1).offset()).isEqualTo(sequence);
    assertThat(send(sequence + 1, 1).offset()).isEqualTo(sequence + 1);
    assertThat(send(sequence - 1000, 1000).offset()).isEqualTo(sequence - 1000);
    send(0, 1000).refusal(ErrorCode.DUPLICATE_SEQUENCE);
  }

  @Test
  void anOrderlyCloseLeavesOneCheckpointAndAnIdleSessionNone() {
    send(0, 1);
    WatchedStorage first = test.storage;
    test.restart();
    assertThat(first.checkpoints).hasValue(1);
    WatchedStorage idle = test.storage;
    test.restart();
    assertThat(idle.checkpoints).hasValue(0);
    assertThat(send(0, 1).offset()).isZero();
  }
}
