package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.LogId;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.TestSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics are created, altered and deleted, and outlive the broker. */
@ParameterizedClass
@EnumSource(Engine.class)
class TopicsTest {

  private final TestBroker test;

  TopicsTest(Engine engine) {
    test = new TestBroker(engine);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Topic create(String name, int partitions) {
    return test.createTopic(name, partitions, Map.of());
  }

  private List<String> names() {
    return test.broker.topics().stream().map(Topic::name).toList();
  }

  @Test
  void aTopicIsAsItWasAfterARestart() {
    Topic created =
        test.createTopic("rides", 3, Map.of("retentionTime", "7d", "retentionBytes", "10GiB"));
    test.appendSynced(created.partitions().get(2), Batches.of("a"));
    UUID brokerId = test.broker.brokerId();
    test.restart();
    Topic found = test.broker.topic("rides");
    assertThat(found.id()).isEqualTo(created.id());
    assertThat(found.createdAt()).isEqualTo(created.createdAt()).isEqualTo(test.clock.instant());
    assertThat(found.settings())
        .isEqualTo(
            new TopicSettings(Duration.ofDays(7), 10L << 30, TestSettings.SMALLEST_SEGMENTS));
    assertThat(found.partitions()).extracting(p -> p.offsets().end()).containsExactly(0L, 0L, 1L);
    assertThat(test.broker.brokerId()).isEqualTo(brokerId);
    assertThat(test.broker.partition(found.id(), 2)).isSameAs(found.partitions().get(2));
  }

  @Test
  void topicsAreListedByName() {
    create("b", 1);
    create("a", 1);
    create("c", 1);
    assertThat(names()).containsExactly("a", "b", "c");
  }

  @Test
  void anUnknownTopicIsRefusedWithTheNearestName() {
    create("rides", 1);
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.topic("ridse"))
        .contains("'ridse'", "did you mean 'rides'?");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.partition(new UUID(1, 2), 0));
  }

  @Test
  void anUnknownPartitionIsRefusedWithThoseThereAre() {
    Topic topic = create("rides", 2);
    assertRefused(ErrorCode.UNKNOWN_PARTITION, () -> test.broker.partition(topic.id(), 2))
        .contains("no partition 2", "partitions 0 to 1");
    assertRefused(ErrorCode.UNKNOWN_PARTITION, () -> test.broker.partition(topic.id(), -1));
  }

  @Test
  void aNameIsTakenOnce() {
    Topic topic = create("rides", 1);
    assertRefused(ErrorCode.TOPIC_EXISTS, () -> create("rides", 2));
    assertThat(test.broker.topic("rides")).isEqualTo(topic);
  }

  @Test
  void ofManyWhoCreateTheSameTopicOneSucceeds() {
    List<CompletableFuture<String>> attempts =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(() -> create("rides", 2).id().toString())
                        .exceptionally(
                            failure -> ((BrokerException) failure.getCause()).code() + ""))
            .toList();
    List<String> outcomes = attempts.stream().map(CompletableFuture::join).toList();
    assertThat(outcomes)
        .containsOnlyOnce(test.broker.topic("rides").id().toString())
        .filteredOn("TOPIC_EXISTS"::equals)
        .hasSize(7);
    assertThat(test.storage.list()).hasSize(2);
  }

  @Test
  void badRequestsAreRefusedAndLeaveNothing() {
    assertRefused(ErrorCode.INVALID_TOPIC_NAME, () -> create("../x", 1));
    assertRefused(ErrorCode.INVALID_PARTITION_COUNT, () -> create("x", 0));
    assertRefused(ErrorCode.INVALID_PARTITION_COUNT, () -> create("x", 17))
        .contains("17", "1 to 16");
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING, () -> test.createTopic("x", 1, Map.of("retention", "1d")));
    assertThat(test.storage.list()).isEmpty();
    assertThat(names()).isEmpty();
  }

  private NamedProducer openImport(UUID topicId) {
    CompletableFuture<NamedProducer> opened = test.broker.producers().open(topicId, "import");
    test.owner.runUntilDone(opened);
    return opened.join();
  }

  @Test
  void aTopicGrowsAndKeepsItsPartitions() {
    Topic topic = create("rides", 2);
    test.appendSynced(topic.partitions().get(1), Batches.of("a"));
    NamedProducer before = openImport(topic.id());

    Topic grown = test.addPartitions("rides", 4);

    assertThat(grown.partitions())
        .hasSize(4)
        .startsWith(topic.partitions().toArray(Partition[]::new));
    assertThat(grown.id()).isEqualTo(topic.id());
    assertThat(test.broker.topic("rides")).isEqualTo(grown);
    test.appendSynced(test.broker.partition(topic.id(), 3), Batches.of("b"));
    NamedProducer after = openImport(topic.id());
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.lastSequences()).hasSize(4);
    test.restart();
    assertThat(test.broker.topic("rides").partitions())
        .extracting(p -> p.offsets().end())
        .containsExactly(0L, 1L, 0L, 1L);
    test.deleteTopic("rides");
    assertThat(test.storage.list()).isEmpty();
  }

  @Test
  void aTopicThatHasTheNumberOfPartitionsIsAsItWas() {
    Topic topic = create("rides", 2);
    assertThat(test.addPartitions("rides", 2)).isEqualTo(topic);
  }

  @Test
  void aTopicNeitherShrinksNorGrowsBeyondALimit() {
    create("rides", 3);
    assertRefused(ErrorCode.INVALID_PARTITION_COUNT, () -> test.addPartitions("rides", 2))
        .contains("has 3 partitions and cannot have fewer");
    assertRefused(ErrorCode.INVALID_PARTITION_COUNT, () -> test.addPartitions("rides", 0));
    assertRefused(ErrorCode.INVALID_PARTITION_COUNT, () -> test.addPartitions("rides", 17))
        .contains("17", "1 to 16");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.addPartitions("ride", 4));
    assertThat(test.broker.topic("rides").partitions()).hasSize(3);
    assertThat(test.storage.list()).hasSize(3);
  }

  /** A lost log is not taken for one that the growth had not created yet. */
  @Test
  void aLostLogOfAGrownTopicIsNotMadeAgain() {
    Topic topic = create("rides", 1);
    test.addPartitions("rides", 2);
    test.restart(storage -> storage.delete(new LogId(topic.id(), 1)));
    assertThat(test.broker.topic("rides").partitions().get(1).failure().code())
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void thereIsALimitOfTopics() {
    for (int i = 0; i < TestBroker.SETTINGS.maxTopics(); i++) {
      create("t" + i, 1);
    }
    assertRefused(ErrorCode.LIMIT_REACHED, () -> create("one-more", 1)).contains("are 8;");
    test.deleteTopic("t0");
    assertThat(create("one-more", 1).name()).isEqualTo("one-more");
  }

  @Test
  void thereIsALimitOfPartitions() {
    create("a", 16);
    create("b", 16);
    assertRefused(ErrorCode.LIMIT_REACHED, () -> create("c", 9)).contains("41", "40");
    assertThat(create("c", 8).partitions()).hasSize(8);
  }

  @Test
  void alteredSettingsAreKept() {
    create("rides", 1);
    Topic altered = test.alterTopic("rides", Map.of("retentionTime", "1h"));
    assertThat(altered.settings().retentionTime()).isEqualTo(Duration.ofHours(1));
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING,
        () -> test.alterTopic("rides", Map.of("retentionTime", "long")));
    test.restart();
    assertThat(test.broker.topic("rides").settings()).isEqualTo(altered.settings());
  }

  @Test
  void aDeletedTopicIsGoneWithItsLogsAndItsNameIsFree() {
    Topic topic = create("rides", 2);
    create("kept", 1);
    test.deleteTopic("rides");
    assertThat(names()).containsExactly("kept");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.partition(topic.id(), 0));
    assertThat(test.storage.list()).hasSize(1);
    assertThat(create("rides", 1).id()).isNotEqualTo(topic.id());
    test.restart();
    assertThat(names()).containsExactly("kept", "rides");
  }

  @Test
  void deletingRefusesWhoWaitsForTheDisk() {
    Topic topic = create("rides", 1);
    test.storage.holdForces();
    Answer waiting = test.append(topic.partitions().get(0), Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    CompletableFuture<Void> deletion =
        test.owner.startAside(() -> Await.result(test.broker.deleteTopic("rides")));
    test.owner.runUntil(waiting::isDone);
    waiting.refusal(ErrorCode.UNKNOWN_TOPIC);
    test.storage.letAllForces();
    test.owner.finish(deletion);
    test.append(topic.partitions().get(0), Batches.of("a"), AckLevel.NONE)
        .refusal(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void anOwnerCanAskForTheDeletionOfWhatItOwns() {
    create("rides", 1);
    CompletableFuture<Void> deletion = test.broker.deleteTopic("rides");
    test.owner.runUntilDone(deletion);
    assertThat(deletion).isCompleted();
    assertThat(names()).isEmpty();
    assertThat(test.storage.list()).isEmpty();
  }

  /** The threads of a network must not wait for a disk. */
  @Test
  void theCallerDoesNotWaitForTheStorage() {
    CompletableFuture<Void> disk = new CompletableFuture<>();
    test.storage.afterOpen = disk::join;
    CompletableFuture<Topic> creation = test.broker.createTopic("rides", 1, Map.of());
    CompletableFuture<IssuedProducer> producerId = test.broker.producers().open();
    CompletableFuture<List<String>> lookup = test.broker.lookUp(this::names);
    assertThat(Await.result(producerId).id()).isNotNegative();
    assertThat(Await.result(lookup)).isEmpty();
    assertThat(creation).isNotDone();
    disk.complete(null);
    assertThat(Await.result(creation).name()).isEqualTo("rides");
  }

  @Test
  void aTopicIsFoundByItsId() {
    Topic topic = create("rides", 1);
    assertThat(test.broker.topic(topic.id())).isEqualTo(topic);
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.topic(new UUID(1, 2)))
        .contains("00000000-0000-0001-0000-000000000002");
  }

  private Topic createInternal(String name) {
    return Await.result(
        test.broker.createInternalTopic(name, 1, TestBroker.SETTINGS.topicDefaults()));
  }

  @Test
  void clientsCannotChangeInternalTopics() {
    Topic internal = createInternal("__groups");
    assertRefused(ErrorCode.INVALID_TOPIC_NAME, () -> create("__mine", 1))
        .contains("'__mine'", "internal", "use a topic with another name");
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME,
        () -> test.alterTopic("__groups", Map.of("retentionTime", "1h")));
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME, () -> Await.result(test.broker.deleteTopic("__groups")));
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME,
        () -> Await.result(test.broker.producers().open(internal.id(), "import")));
    test.restart();
    assertThat(test.broker.topic("__groups").settings()).isEqualTo(internal.settings());
    assertThat(names()).containsExactly("__groups");
  }

  @Test
  void clientsCannotProduceToInternalTopicsAndTheBrokerCan() {
    Partition partition = createInternal("__groups").partitions().get(0);
    assertThat(
            test.append(partition, Batches.of("a"), AckLevel.STORED)
                .refusal(ErrorCode.INVALID_TOPIC_NAME))
        .hasMessageContaining("'__groups'");
    Answer own = new Answer();
    partition.appendInternal(Batches.of("b"), AckLevel.STORED, own);
    assertThat(own.offset()).isZero();
    Collector reader = new Collector();
    test.subscribe(
        partition, reader, new SubscriptionStart.Earliest(), IsolationLevel.LATEST, 1 << 20);
    assertThat(reader.values()).containsExactly("b");
  }

  @Test
  void internalTopicsCountTowardsNoLimitAndAreNotSuggested() {
    createInternal("__groups");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.topic("_groups"))
        .doesNotContain("did you mean");
    for (int i = 0; i < TestBroker.SETTINGS.maxTopics(); i++) {
      create("t" + i, 1);
    }
    assertThat(createInternal("__transactions").internal()).isTrue();
    assertThat(test.broker.topic("t0").internal()).isFalse();
  }

  @Test
  void aTopicWhoseLogsCannotBeMadeDoesNotExist() {
    test.storage.failingOpen = new StorageException(ErrorCode.DISK_FULL, "full");
    test.owner.runAside(() -> assertRefused(ErrorCode.DISK_FULL, () -> create("rides", 3)));
    test.storage.failingOpen = null;
    assertThat(names()).isEmpty();
    test.restart();
    assertThat(names()).isEmpty();
    assertThat(test.storage.list()).isEmpty();
  }

  @Test
  void aTopicThatCannotBeRecordedDoesNotExist() {
    test.storage.failingSave = new StorageException(ErrorCode.DISK_FULL, "full");
    assertRefused(ErrorCode.DISK_FULL, () -> create("rides", 1));
    test.storage.failingSave = null;
    assertThat(names()).isEmpty();
    assertThat(test.storage.list()).isEmpty();
  }

  @Test
  void aRefusedDeletionIsNotCarriedOutByTheNextStart() {
    Topic topic = create("rides", 1);
    failOnceSaved(null);

    refuseDeletion("cannot be forced");

    test.appendSynced(topic.partitions().get(0), Batches.of("a"));
    test.kill();
    assertThat(test.partition("rides").offsets().end()).isEqualTo(1);
  }

  @Test
  void aRefusedDeletionThatCannotBeTakenBackAtOnceIsTakenBackByTheNextChange() {
    create("rides", 1);
    failOnceSaved(new StorageException(ErrorCode.STORAGE_FAILED, "broken"));
    refuseDeletion("not made, but may be on disk");
    assertRefused(ErrorCode.STORAGE_FAILED, () -> create("other", 1));
    test.storage.failingSave = null;
    create("other", 1);
    test.kill();
    assertThat(names()).containsExactly("other", "rides");
  }

  @Test
  void aRefusedDeletionThatCannotBeTakenBackAtOnceIsTakenBackWhenTheBrokerCloses() {
    create("rides", 1);
    failOnceSaved(new StorageException(ErrorCode.STORAGE_FAILED, "broken"));
    refuseDeletion("not made, but may be on disk");
    test.storage.failingSave = null;
    test.restart();
    assertThat(names()).containsExactly("rides");
  }

  private void refuseDeletion(String reason) {
    test.owner.runAside(
        () ->
            assertRefused(
                    ErrorCode.STORAGE_FAILED, () -> Await.result(test.broker.deleteTopic("rides")))
                .contains(reason));
  }

  /**
   * The next save reaches the disk and fails anyway; then all saves fail with this, or none does.
   */
  private void failOnceSaved(StorageException thenAll) {
    test.storage.afterSave =
        () -> {
          test.storage.afterSave = () -> {};
          test.storage.failingSave = thenAll;
          throw new StorageException(ErrorCode.STORAGE_FAILED, "the directory cannot be forced");
        };
  }

  @Test
  void aCreationThatACrashInterruptedIsUndone() {
    CrashPoint crash = new CrashPoint(test);
    test.storage.afterOpen = crash::take;
    create("rides", 1);
    crash.continueFromThere();
    assertThat(names()).isEmpty();
    assertThat(test.storage.list()).isEmpty();
  }

  @Test
  void aDeletionThatACrashInterruptedIsFinished() {
    create("rides", 2);
    create("kept", 1);
    CrashPoint crash = new CrashPoint(test);
    test.storage.beforeDelete = crash::take;
    test.deleteTopic("rides");
    crash.continueFromThere();
    assertThat(names()).containsExactly("kept");
    assertThat(test.storage.list()).hasSize(1);
  }

  private void damage(Topic topic) {
    damage("topic-" + topic.id());
  }

  private void damage(String state) {
    StateStore states = test.storage.states();
    StoredState stored = states.load(state).orElseThrow();
    stored.bytes()[20] ^= 1;
    states.save(state, stored.version(), stored.bytes());
  }

  private void assertRefusedAlone(Topic refused) {
    assertThat(names()).containsExactly("__refused-" + refused.id(), "kept");
    Topic found = test.broker.topic(refused.id());
    assertThat(found.partitions())
        .hasSize(refused.partitions().size())
        .allSatisfy(
            partition -> {
              assertThat(partition.failure().code()).isEqualTo(ErrorCode.CORRUPT_LOG);
              assertThat(partition.recovery().findings())
                  .extracting(RecoveryFinding::name)
                  .containsExactly(RecoveryFinding.LOST_STATE);
            });
    test.append(found.partitions().get(0), Batches.of("b"), AckLevel.STORED)
        .refusal(ErrorCode.INVALID_TOPIC_NAME);
    assertRefused(
            ErrorCode.INVALID_TOPIC_NAME,
            () -> Await.result(test.broker.deleteTopic("__refused-" + refused.id())))
        .contains("its state is damaged or lost", "'Refused topics'");
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> test.broker.topic("rides"))
        .contains("'__refused-" + refused.id() + "'", "'Refused topics'")
        .doesNotContain("create it");
    assertRefused(ErrorCode.CORRUPT_LOG, () -> create("rides", 1))
        .contains(refused.id().toString(), "may have the same name", "'Refused topics'", "restore");
    assertThat(test.appendSynced(test.partition("kept"), Batches.of("b")).offset()).isZero();
    assertThat(test.storage.list()).hasSize(3);
  }

  @Test
  void aDamagedStateRefusesItsTopicAloneUntilItIsRestored() {
    Topic topic = create("rides", 2);
    create("kept", 1);
    test.appendSynced(topic.partitions().get(0), Batches.of("a"));
    damage(topic);
    test.restart();
    assertRefusedAlone(topic);
    damage(topic);
    test.restart();
    assertThat(names()).containsExactly("kept", "rides");
    assertThat(test.partition("rides").offsets().end()).isEqualTo(1);
  }

  @Test
  void aLostStateRefusesItsTopicAloneUntilItIsRestored() {
    Topic topic = create("rides", 2);
    create("kept", 1);
    test.appendSynced(topic.partitions().get(0), Batches.of("a"));
    test.owner.runUntilDone(test.broker.producers().open(topic.id(), "import"));
    test.restart(storage -> storage.lostStates.add("topic-" + topic.id()));
    assertRefusedAlone(topic);
    test.restart();
    assertThat(names()).containsExactly("kept", "rides");
    assertThat(test.partition("rides").offsets().end()).isEqualTo(1);
    CompletableFuture<NamedProducer> again = test.broker.producers().open(topic.id(), "import");
    test.owner.runUntilDone(again);
    assertThat(again.join().epoch()).as("the names were kept").isEqualTo((short) 1);
  }

  @Test
  void damagedNamesOfProducersRefuseTheirTopicAloneAndItCanBeDeleted() {
    Topic topic = create("rides", 2);
    create("kept", 1);
    test.owner.runUntilDone(test.broker.producers().open(topic.id(), "import"));
    damage("producers-" + topic.id());
    test.restart();
    assertThat(names()).containsExactly("kept", "rides");
    assertThat(test.broker.topic("rides").partitions())
        .extracting(partition -> partition.failure().code())
        .containsOnly(ErrorCode.CORRUPT_LOG);
    assertThat(test.partition("kept").failure()).isNull();
    test.deleteTopic("rides");
    assertThat(test.storage.list()).hasSize(1);
    test.restart();
    assertThat(names()).containsExactly("kept");
  }

  @Test
  void aLogThatCannotBeOpenedKeepsNobodyElseFromBeingServed() {
    Topic topic = create("rides", 2);
    topic.partitions().forEach(partition -> test.appendSynced(partition, Batches.of("a")));
    test.restart(storage -> storage.unopenable.add(new LogId(topic.id(), 0)));
    Partition broken = test.broker.partition(topic.id(), 0);
    assertThat(broken.failure().code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(broken.recovery().notes()).singleElement().asString().contains("not open");
    test.append(broken, Batches.of("b"), AckLevel.STORED).refusal(ErrorCode.CORRUPT_LOG);
    assertRefused(
        ErrorCode.CORRUPT_LOG,
        () -> test.subscribe(broken, new Collector(), new SubscriptionStart.Earliest()));
    assertThat(test.appendSynced(test.broker.partition(topic.id(), 1), Batches.of("b")).offset())
        .isEqualTo(1);
    test.restart();
    assertThat(test.broker.partition(topic.id(), 0).offsets().end()).isEqualTo(1);
  }

  @Test
  void aLogThatIsGoneIsNotReplacedByAnEmptyOne() {
    Topic topic = create("rides", 2);
    test.restart(storage -> storage.delete(new LogId(topic.id(), 1)));
    assertThat(test.broker.partition(topic.id(), 0).failure()).isNull();
    assertThat(test.broker.partition(topic.id(), 1).failure())
        .hasMessageContaining("missing")
        .extracting(BrokerException::code)
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void ofALogThatIsGoneTheReportSaysThatNothingIsLeft() {
    Topic topic = create("rides", 1);
    test.restart(storage -> storage.delete(new LogId(topic.id(), 0)));
    assertThat(test.broker.partition(topic.id(), 0).recovery().findings())
        .extracting(RecoveryFinding::name)
        .containsExactly("NOTHING_LEFT");
  }

  @Test
  void aLogThatIsRefusedWithoutTheNameOfAFindingIsReportedByItsCode() {
    Topic topic = create("rides", 1);
    test.restart(storage -> storage.unopenable.add(new LogId(topic.id(), 0)));
    assertThat(test.broker.partition(topic.id(), 0).recovery().findings())
        .extracting(RecoveryFinding::name, RecoveryFinding::outcome)
        .containsExactly(tuple("CORRUPT_LOG", RecoveryOutcome.REFUSED));
  }

  @Test
  void aSettingThatTheStorageEngineRefusesCreatesAndChangesNothing() {
    assertRefused(
            ErrorCode.INVALID_TOPIC_SETTING,
            () -> test.createTopic("rides", 1, Map.of("segmentBytes", "1KiB")))
        .isEqualTo(
            "topic setting segmentBytes is '1KiB'; expected 64KiB to 1GiB, such as '128MiB'");
    Topic topic = create("rides", 1);
    assertRefused(
            ErrorCode.INVALID_TOPIC_SETTING,
            () -> test.alterTopic("rides", Map.of("segmentBytes", "1025MiB")))
        .contains("'1025MiB'");
    test.restart();
    assertThat(test.broker.topic("rides").settings()).isEqualTo(topic.settings());
  }

  @Test
  void aTopicWithAnUnavailablePartitionCanBeDeleted() {
    Topic topic = create("rides", 2);
    test.restart(storage -> storage.unopenable.add(new LogId(topic.id(), 0)));
    test.deleteTopic("rides");
    assertThat(test.storage.list()).isEmpty();
  }

  @Test
  void producerIdsAreNeverGivenTwice() {
    List<Long> first = IntStream.range(0, 2500).mapToObj(i -> test.newProducerId()).toList();
    test.kill();
    long next = test.newProducerId();
    assertThat(first).doesNotHaveDuplicates().allMatch(id -> id < next);
  }
}
