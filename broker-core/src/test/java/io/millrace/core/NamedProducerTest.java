package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A named producer continues after its last sequence, and its earlier opening is refused. */
@ParameterizedClass
@EnumSource(Engine.class)
class NamedProducerTest {

  private final TestBroker test;

  NamedProducerTest(Engine engine) {
    test = new TestBroker(engine);
    test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private CompletableFuture<NamedProducer> opening(String topic, String name) {
    return test.broker.producers().open(test.broker.topic(topic).id(), name);
  }

  private NamedProducer open(String name) {
    return opened("rides", name);
  }

  private NamedProducer opened(String topic, String name) {
    CompletableFuture<NamedProducer> opening = opening(topic, name);
    test.owner.runUntilDone(opening);
    return opening.join();
  }

  private Answer send(NamedProducer producer, long baseSequence, int events) {
    return test.append(
        test.partition("rides"),
        Batches.ofProducer(producer.id(), producer.epoch(), baseSequence, events),
        AckLevel.STORED);
  }

  private long end() {
    return test.partition("rides").offsets().end();
  }

  @Test
  void aNewNameHasNothingAndMayBeginAnywhere() {
    NamedProducer producer = open("import");
    assertThat(producer.id()).isGreaterThanOrEqualTo(BatchHeader.FIRST_NAMED_PRODUCER);
    assertThat(producer.epoch()).isZero();
    assertThat(producer.lastSequences()).containsExactly(-1L);
    assertThat(send(producer, 1000, 2).offset()).isZero();
  }

  @Test
  void gapsAreTheApplications() {
    NamedProducer producer = open("import");
    send(producer, 1, 3).offset();
    assertThat(send(producer, 500, 1).offset()).isEqualTo(3);
    assertThat(send(producer, 501, 1).offset()).isEqualTo(4);
    assertThat(open("import").lastSequences()).containsExactly(501L);
  }

  @Test
  void theLastBatchSentAgainGetsItsReceiptAndOlderOnesAreCalledStored() {
    NamedProducer producer = open("import");
    send(producer, 1, 3).offset();
    send(producer, 500, 2).offset();
    assertThat(send(producer, 500, 2).offset()).isEqualTo(3);
    send(producer, 1, 3).refusal(ErrorCode.DUPLICATE_SEQUENCE);
    send(producer, 100, 1).refusal(ErrorCode.DUPLICATE_SEQUENCE);
    assertThat(end()).isEqualTo(5);
  }

  @Test
  void aBatchThatIsStoredInPartIsRefused() {
    NamedProducer producer = open("import");
    send(producer, 1, 3).offset();
    assertThat(send(producer, 3, 2).refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE))
        .hasMessageContaining("sent sequences 3 to 4, of which those up to 3 are stored");
    assertThat(end()).isEqualTo(3);
  }

  @Test
  void openingAgainShutsTheOlderOneOut() {
    NamedProducer older = open("import");
    send(older, 1, 1).offset();
    NamedProducer newer = open("import");
    assertThat(newer.id()).isEqualTo(older.id());
    assertThat(newer.epoch()).isEqualTo((short) 1);
    send(older, 2, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
    assertThat(send(newer, 2, 1).offset()).isEqualTo(1);
  }

  @Test
  void theOlderOneStaysOutAfterAKillThoughTheNewerHasSentNothing() {
    NamedProducer older = open("import");
    send(older, 1, 1).offset();
    NamedProducer newer = open("import");
    test.kill();
    send(older, 2, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
    assertThat(send(newer, 2, 1).offset()).isEqualTo(1);
  }

  @Test
  void anIdentityThatWasNotGivenIsUnknown() {
    NamedProducer producer = open("import");
    send(new NamedProducer(producer.id() + 1, (short) 0, producer.secret(), List.of()), 1, 1)
        .refusal(ErrorCode.UNKNOWN_PRODUCER);
    send(new NamedProducer(producer.id(), (short) 1, producer.secret(), List.of()), 1, 1)
        .refusal(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(end()).isZero();
  }

  @Test
  void whatIsToldIsOnDisk() {
    NamedProducer producer = open("import");
    test.storage.holdForces();
    send(producer, 7, 1).offset();
    CompletableFuture<NamedProducer> opening = opening("rides", "import");
    test.storage.awaitForce();
    test.owner.runNext();
    assertThat(opening).isNotDone();

    test.storage.letAllForces();
    test.owner.runUntilDone(opening);

    assertThat(opening.join().lastSequences()).containsExactly(7L);
    assertThat(test.partition("rides").offsets().durable()).isEqualTo(1);
  }

  @Test
  void eachPartitionHasItsOwnLastSequence() {
    Topic topic = test.createTopic("wide", 3, Map.of());
    CompletableFuture<NamedProducer> first = opening("wide", "import");
    test.owner.runUntilDone(first);
    NamedProducer producer = first.join();
    for (int partition : new int[] {0, 2}) {
      test.append(
              topic.partitions().get(partition),
              Batches.ofProducer(producer.id(), producer.epoch(), 10 * partition + 5, 2),
              AckLevel.STORED)
          .offset();
    }
    CompletableFuture<NamedProducer> again = opening("wide", "import");
    test.owner.runUntilDone(again);
    assertThat(again.join().lastSequences()).containsExactly(6L, -1L, 26L);
  }

  @Test
  void namesOfDifferentTopicsAreDifferentProducers() {
    NamedProducer rides = open("import");
    test.topic("fares");
    CompletableFuture<NamedProducer> fares = opening("fares", "import");
    test.owner.runUntilDone(fares);
    assertThat(fares.join().id()).isNotEqualTo(rides.id());
  }

  @Test
  void whatIsStoredIsKnownAfterAnOrderlyRestart() {
    send(open("import"), 40, 2).offset();
    test.restart();
    NamedProducer producer = open("import");
    assertThat(producer.epoch()).isEqualTo((short) 1);
    assertThat(producer.lastSequences()).containsExactly(41L);
    send(producer, 40, 2).offset();
    assertThat(end()).isEqualTo(2);
  }

  @Test
  void whatIsStoredIsKnownAfterAKillFromTheBatchesAlone() {
    NamedProducer producer = open("import");
    send(producer, 40, 2).offset();
    test.kill();
    assertThat(send(producer, 40, 2).offset()).isZero();
    assertThat(open("import").lastSequences()).containsExactly(41L);
  }

  @Test
  void whatIsStoredIsKnownAfterAKillFromTheCheckpointAndWhatFollows() {
    NamedProducer producer = open("import");
    NamedProducer other = open("other");
    send(other, 3, 1).offset();
    Partition partition = test.partition("rides");
    long sequence = 0;
    while (partition.sizeBytes() < TestBroker.SETTINGS.checkpointBytes()) {
      sequence += 5000;
      test.appendSynced(
          partition, Batches.ofProducer(producer.id(), producer.epoch(), sequence, 1000));
    }
    test.storage.awaitCheckpoints(1);
    sequence += 5000;
    send(producer, sequence, 1).offset();

    test.kill();

    assertThat(send(producer, sequence, 1).offset()).isEqualTo(end() - 1);
    assertThat(open("import").lastSequences()).containsExactly(sequence);
    assertThat(open("other").lastSequences()).containsExactly(3L);
  }

  @Test
  void whatWasStoredIsKnownWhenRetentionHasDeletedItAndTheBrokerIsKilled() {
    NamedProducer producer = open("import");
    send(producer, 40, 2).offset();
    Partition partition = test.partition("rides");
    for (int i = 0; i < 20; i++) {
      test.append(partition, Batches.ofBytes(20_000), AckLevel.STORED);
    }
    test.appendSynced(partition, Batches.of("end"));
    test.alterTopic("rides", Map.of("retentionBytes", "1"));
    test.retain(partition);
    assertThat(partition.offsets().start()).isGreaterThan(2);

    test.kill();

    send(producer, 40, 2).offset();
    assertThat(open("import").lastSequences()).containsExactly(41L);
  }

  @Test
  void othersNeverMakeItForgotten() {
    NamedProducer producer = open("import");
    send(producer, 40, 1).offset();
    for (int i = 0; i < 2 * TestBroker.SETTINGS.maxProducersPerPartition(); i++) {
      test.append(test.partition("rides"), Batches.ofProducer(i, 0, 0, 1), AckLevel.STORED);
    }
    assertThat(open("import").lastSequences()).containsExactly(40L);
  }

  @Test
  void aNameHasOneTo255BytesOfUtf8() {
    assertThat(refusalOf("rides", "").code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refusalOf("rides", "ä".repeat(128)))
        .hasMessageContaining("1 to 255 bytes")
        .hasMessageContaining("has 256");
    String longest = "ä".repeat(127) + "x";
    open(longest);
    test.restart();
    assertThat(open(longest).epoch()).isEqualTo((short) 1);
  }

  @Test
  void theLastEpochIsTheEndOfAName() {
    NamedProducer first = open("import");
    UUID topic = test.broker.topic("rides").id();
    NamedProducers.Opening before = new NamedProducers.Opening(first.id(), (short) 32_766);
    byte[] state = NamedProducerCodec.encode(topic, Map.of("import", before));
    test.restart(storage -> replaceState(storage, NamedProducers.STATE.of(topic), state));

    NamedProducer last = open("import");

    assertThat(last.epoch()).isEqualTo(Short.MAX_VALUE);
    assertThat(refusalOf("rides", "import").code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(refusalOf("rides", "import")).hasMessageContaining("32,768 times");
    assertThat(send(last, 1, 1).offset()).isZero();
    send(first, 2, 1).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
  }

  private static void replaceState(WatchedStorage storage, String name, byte[] bytes) {
    long version = storage.states().load(name).orElseThrow().version();
    storage.states().save(name, version, bytes);
  }

  @Test
  void namesAreLimitedAndGoWithTheirTopic() {
    open("a");
    open("b");
    open("c");
    assertThat(refusalOf("rides", "d"))
        .hasMessageContaining("3 names")
        .hasMessageContaining("limits.maxNamedProducers");
    assertThat(open("a").epoch()).isEqualTo((short) 1);
    test.topic("other");
    test.deleteTopic("rides");
    CompletableFuture<NamedProducer> opening = opening("other", "d");
    test.owner.runUntilDone(opening);
    assertThat(opening.join().epoch()).isZero();
  }

  @Test
  void namesOfADeletedTopicDoNotComeBackWithARestart() {
    open("a");
    open("b");
    open("c");
    test.topic("other");
    test.deleteTopic("rides");

    test.restart();

    assertThat(opened("other", "d").epoch()).isZero();
    test.restart();
    assertThat(opened("other", "d").epoch()).isEqualTo((short) 1);
  }

  @Test
  void namesOfATopicWhoseDeletionIsFinishedByARestartDoNotComeBack() {
    open("a");
    open("b");
    open("c");
    test.topic("other");
    CrashPoint crash = new CrashPoint(test);
    test.storage.beforeDelete = crash::take;
    test.deleteTopic("rides");
    crash.continueFromThere();

    test.restart();

    assertThat(opened("other", "d").epoch()).isZero();
  }

  @Test
  void aNewNameIsNotTakenForAnOtherOneWhenTheStateOfIdsIsLost() {
    NamedProducer producer = open("import");
    send(producer, 1, 1).offset();
    test.restart(storage -> storage.lostStates.add("producer-ids"));
    NamedProducer other = open("other");
    assertThat(other.id()).isGreaterThan(producer.id());
    assertThat(other.lastSequences()).containsExactly(-1L);
  }

  @Test
  void aTopicWhoseNamesAreLostIsRefusedUntilTheyAreRestored() {
    test.topic("other");
    NamedProducer producer = open("import");
    send(producer, 1, 3).offset();
    String state = "producers-" + test.broker.topic("rides").id();

    test.restart(storage -> storage.lostStates.add(state));

    BrokerException refusal = test.partition("rides").failure();
    assertThat(refusal.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(refusal)
        .hasMessageContaining("the state '" + state + "' is missing")
        .hasMessageContaining("named producer " + producer.id())
        .hasMessageContaining("restore both files");
    assertThat(test.partition("other").failure()).isNull();
    assertThat(refusalOf("rides", "import").code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(refusalOf("rides", "new").code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(opened("other", "import").lastSequences()).containsExactly(-1L);

    test.restart();
    assertThat(open("import").lastSequences()).containsExactly(3L);
    assertThat(end()).isEqualTo(3);
  }

  /** The partition that has no event of a named producer is served, but no name is opened. */
  @Test
  void lostNamesAreNotMadeAnewForOtherPartitions() {
    test.createTopic("lines", 2, Map.of());
    NamedProducer producer = opened("lines", "import");
    test.append(
            test.broker.topic("lines").partitions().get(0),
            Batches.ofProducer(producer.id(), producer.epoch(), 1, 1),
            AckLevel.STORED)
        .offset();
    String state = "producers-" + test.broker.topic("lines").id();
    test.restart(storage -> storage.lostStates.add(state));
    assertThat(refusalOf("lines", "import").code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(test.broker.topic("lines").partitions().get(1).failure()).isNull();
    assertThat(test.storage.states().list("producers-")).doesNotContain(state);
  }

  @Test
  void aTopicWithLostNamesCanBeDeleted() {
    NamedProducer producer = open("import");
    send(producer, 1, 1).offset();
    String state = "producers-" + test.broker.topic("rides").id();
    test.restart(storage -> storage.lostStates.add(state));
    assertThat(test.partition("rides").failure()).isNotNull();
    test.deleteTopic("rides");
    test.topic("rides");
    assertThat(open("import").lastSequences()).containsExactly(-1L);
    test.restart();
    assertThat(test.partition("rides").failure()).isNull();
  }

  @Test
  void lostNamesOfProducersThatNeverAppendedRefuseNothing() {
    open("import");
    String state = "producers-" + test.broker.topic("rides").id();
    test.restart(storage -> storage.lostStates.add(state));
    assertThat(test.partition("rides").failure()).isNull();
    test.appendSynced(test.partition("rides"), Batches.of("a"));
  }

  @Test
  void aTopicThatIsNotThereIsUnknown() {
    BrokerException refused =
        catchThrowableOfType(
            BrokerException.class,
            () -> Await.result(test.broker.producers().open(new UUID(1, 2), "import")));
    assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aPartitionThatHasFailedFailsTheOpening() {
    Partition partition = test.partition("rides");
    test.storage.failingForces.add(partition.id());
    Answer failed = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.owner.runUntil(failed::isDone);
    CompletableFuture<NamedProducer> opening = opening("rides", "import");
    test.owner.runUntilDone(opening);
    assertThat(catchThrowableOfType(CompletionException.class, opening::join).getCause())
        .isInstanceOfSatisfying(
            BrokerException.class,
            cause -> assertThat(cause.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
  }

  /** A client repeats an opening, and a name has 32,768 epochs. */
  @Test
  void anOpeningThatAFailedPartitionRefusesUsesNoEpoch() {
    assertThat(open("import").epoch()).isZero();
    Partition partition = test.partition("rides");
    test.storage.failingForces.add(partition.id());
    Answer failed = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.owner.runUntil(failed::isDone);
    for (int i = 0; i < 3; i++) {
      assertThat(refusalOf("rides", "import").code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    }
    test.restart(storage -> storage.failingForces.clear());
    assertThat(open("import").epoch()).isEqualTo((short) 1);
  }

  private BrokerException refusalOf(String topic, String name) {
    return catchThrowableOfType(BrokerException.class, () -> Await.result(opening(topic, name)));
  }
}
