package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crash or a fault at each step of a change of a topic leaves the topic as it was before the
 * change or after it, and every other topic as it was.
 */
@ParameterizedClass
@EnumSource(Engine.class)
class TopicCrashTest {

  private static final int MOST_STEPS = 30;
  private static final int PARTITIONS = 2;
  private static final int GROWN = 4;

  private final Engine engine;
  private TestBroker test;

  TopicCrashTest(Engine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open() {
    test = new TestBroker(engine);
    test.topic("kept");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void startAgain() {
    close();
    open();
  }

  private void create() {
    test.createTopic("rides", PARTITIONS, Map.of());
  }

  private void createWithEvent() {
    create();
    test.appendSynced(test.broker.topic("rides").partitions().get(1), Batches.of("a"));
    test.owner.runUntilDone(
        test.broker.producers().open(test.broker.topic("rides").id(), "import"));
  }

  private void alter() {
    test.alterTopic("rides", Map.of("retentionTime", "1h"));
  }

  private void grow() {
    test.addPartitions("rides", GROWN);
  }

  private boolean exists() {
    return test.broker.topics().stream().anyMatch(topic -> topic.name().equals("rides"));
  }

  /** The topic is there as a whole, or nothing is left of it. */
  private void assertWhole(String when, int events) {
    List<Topic> topics = test.broker.topics();
    assertThat(topics).as(when).extracting(Topic::name).containsOnlyOnce("kept");
    assertThat(topics)
        .as(when)
        .flatExtracting(Topic::partitions)
        .extracting(Partition::failure)
        .containsOnlyNulls();
    if (exists()) {
      Topic rides = test.broker.topic("rides");
      assertThat(rides.partitions().size()).as(when).isBetween(PARTITIONS, GROWN);
      assertThat(rides.partitions().get(1).offsets().end()).as(when).isEqualTo(events);
    }
    Set<UUID> ids = topics.stream().map(Topic::id).collect(Collectors.toSet());
    assertThat(test.storage.list())
        .as(when)
        .containsExactlyInAnyOrderElementsOf(
            topics.stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(Partition::id)
                .toList());
    Set<String> states = ids.stream().map(id -> "topic-" + id).collect(Collectors.toSet());
    assertThat(test.storage.states().list("topic-")).as(when).isEqualTo(states);
    assertThat(test.storage.states().list("producers-"))
        .as(when)
        .isSubsetOf(ids.stream().map(id -> "producers-" + id).toList());
  }

  /** Makes the change, which a crash interrupts at a step; false if it has fewer steps. */
  private boolean crashesAt(int step, Runnable change) {
    CrashPoint crash = new CrashPoint(test);
    AtomicInteger left = new AtomicInteger(step);
    Runnable point =
        () -> {
          if (left.getAndDecrement() == 0) {
            crash.take();
          }
        };
    test.storage.beforeSave = point;
    test.storage.afterSave = point;
    test.storage.afterOpen = point;
    test.storage.beforeDelete = point;
    change.run();
    if (!crash.taken()) {
      return false;
    }
    crash.continueFromThere();
    return true;
  }

  @Test
  void aCrashAtEachStepOfACreationLeavesAWholeTopicOrNone() {
    int step = 0;
    for (; crashesAt(step, this::create); step++) {
      String when = "crash at step " + step;
      assertWhole(when, 0);
      if (!exists()) {
        create();
      }
      test.restart();
      assertWhole(when, 0);
      assertThat(exists()).as(when).isTrue();
      startAgain();
    }
    assertThat(step).as("steps").isBetween(4, MOST_STEPS);
  }

  @Test
  void aCrashAtEachStepOfAnAlterationLeavesTheOldSettingsOrTheNewOnes() {
    createWithEvent();
    int step = 0;
    for (; crashesAt(step, this::alter); step++) {
      String when = "crash at step " + step;
      assertWhole(when, 1);
      assertThat(exists()).as(when).isTrue();
      assertThat(test.broker.topic("rides").settings().retentionTime().toHours())
          .as(when)
          .isEqualTo(step);
      startAgain();
      createWithEvent();
    }
    assertThat(step).as("before and after the save").isEqualTo(2);
  }

  @Test
  void aCrashAtEachStepOfAGrowthLeavesTheOldPartitionsOrTheNewOnes() {
    createWithEvent();
    int step = 0;
    for (; crashesAt(step, this::grow); step++) {
      String when = "crash at step " + step;
      assertWhole(when, 1);
      assertThat(exists()).as(when).isTrue();
      grow();
      test.appendSynced(test.broker.topic("rides").partitions().get(GROWN - 1), Batches.of("b"));
      test.restart();
      assertWhole(when, 1);
      List<Partition> partitions = test.broker.topic("rides").partitions();
      assertThat(partitions).as(when).hasSize(GROWN);
      assertThat(partitions.get(GROWN - 1).offsets().end()).as(when).isEqualTo(1);
      startAgain();
      createWithEvent();
    }
    assertThat(step).as("steps").isBetween(4, MOST_STEPS);
  }

  @Test
  void aCrashAtEachStepOfADeletionLeavesAWholeTopicOrNone() {
    createWithEvent();
    int step = 0;
    for (; crashesAt(step, () -> test.deleteTopic("rides")); step++) {
      String when = "crash at step " + step;
      assertWhole(when, 1);
      assertThat(exists()).as(when).isEqualTo(step == 0);
      startAgain();
      createWithEvent();
    }
    assertThat(step).as("steps").isBetween(8, MOST_STEPS);
  }

  /**
   * Makes the change, of which one save or deletion of a state fails; false if it has fewer.
   *
   * @param reached whether the state that fails is on the disk
   */
  private boolean failsAt(int save, boolean reached, Runnable change) {
    AtomicInteger left = new AtomicInteger(save);
    Runnable fault =
        () -> {
          if (left.getAndDecrement() == 0) {
            throw new StorageException(ErrorCode.STORAGE_FAILED, "the disk is broken once");
          }
        };
    if (reached) {
      test.storage.afterSave = fault;
    } else {
      test.storage.beforeSave = fault;
    }
    test.owner.runAside(change);
    return left.get() < 0;
  }

  /** Whether the change was made; false if the broken disk refused it. */
  private static boolean made(Runnable change) {
    try {
      change.run();
      return true;
    } catch (BrokerException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
      return false;
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFaultAtEachSaveOfACreationRefusesItAndLeavesNothing() {
    for (boolean reached : new boolean[] {false, true}) {
      boolean[] made = new boolean[1];
      int save = 0;
      for (; failsAt(save, reached, () -> made[0] = made(this::create)); save++) {
        String when =
            "fault at save " + save + (reached ? ", which reached" : ", before") + " disk";
        assertThat(made[0]).as(when).isFalse();
        assertThat(exists()).as(when).isFalse();
        test.kill();
        assertWhole(when, 0);
        assertThat(exists()).as(when).isFalse();
        create();
        startAgain();
      }
      assertThat(save).as("saves").isEqualTo(2);
      startAgain();
    }
  }

  @Test
  void aFaultAtEachSaveOfAGrowthRefusesItAndLeavesTheOldPartitions() {
    for (boolean reached : new boolean[] {false, true}) {
      boolean[] made = new boolean[1];
      createWithEvent();
      int save = 0;
      for (; failsAt(save, reached, () -> made[0] = made(this::grow)); save++) {
        String when =
            "fault at save " + save + (reached ? ", which reached" : ", before") + " disk";
        assertThat(made[0]).as(when).isFalse();
        assertWhole(when, 1);
        assertThat(test.broker.topic("rides").partitions()).as(when).hasSize(PARTITIONS);
        test.kill();
        assertWhole(when, 1);
        assertThat(test.broker.topic("rides").partitions()).as(when).hasSize(PARTITIONS);
        startAgain();
        createWithEvent();
      }
      assertThat(save).as("saves").isEqualTo(2);
      startAgain();
    }
  }

  /** The next start may find the grown topic: then its logs must be there. */
  @Test
  void aGrowthThatStaysInDoubtKeepsItsLogs() {
    createWithEvent();
    AtomicInteger saves = new AtomicInteger();
    test.storage.afterSave =
        () -> {
          if (saves.incrementAndGet() == 2) {
            test.storage.failingSave = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
            throw test.storage.failingSave;
          }
        };
    test.owner.runAside(() -> assertThat(made(this::grow)).isFalse());
    assertThat(test.broker.topic("rides").partitions()).hasSize(PARTITIONS);
    assertThat(test.storage.list()).hasSize(1 + GROWN);
    test.kill();
    assertWhole("the state was grown", 1);
    assertThat(test.broker.topic("rides").partitions()).hasSize(GROWN);
  }

  @Test
  void aGrowthThatIsNotUndoneIsUndoneByTheNextStartAlsoAfterAnotherChange() {
    List<Runnable> changes =
        List.of(this::alter, () -> test.addPartitions("rides", PARTITIONS + 1), this::grow);
    for (Runnable change : changes) {
      createWithEvent();
      growAndLeaveTheLogs();
      change.run();
      int partitions = test.broker.topic("rides").partitions().size();
      test.kill();
      assertWhole("after change " + changes.indexOf(change), 1);
      assertThat(test.broker.topic("rides").partitions()).hasSize(partitions);
      test.kill();
      assertWhole("after the start that has undone the growth", 1);
      startAgain();
    }
  }

  private void growAndLeaveTheLogs() {
    AtomicInteger saves = new AtomicInteger();
    StorageException broken = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
    test.storage.afterSave =
        () -> {
          if (saves.incrementAndGet() == 2) {
            throw broken;
          }
        };
    test.storage.beforeDelete =
        () -> {
          throw broken;
        };
    test.owner.runAside(() -> assertThat(made(this::grow)).isFalse());
    test.storage.afterSave = () -> {};
    test.storage.beforeDelete = () -> {};
    assertThat(test.storage.list()).hasSize(1 + GROWN);
  }

  @Test
  void aFaultAtEachSaveOfADeletionRefusesItOrIsFinishedByTheNextStart() {
    for (boolean reached : new boolean[] {false, true}) {
      boolean[] made = new boolean[1];
      createWithEvent();
      Runnable deletion =
          () -> made[0] = made(() -> Await.result(test.broker.deleteTopic("rides")));
      int save = 0;
      for (; failsAt(save, reached, deletion); save++) {
        String when =
            "fault at save " + save + (reached ? ", which reached" : ", before") + " disk";
        assertThat(made[0]).as(when).isEqualTo(save > 0);
        assertThat(exists()).as(when).isEqualTo(save == 0);
        test.kill();
        assertWhole(when, 1);
        assertThat(exists()).as(when).isEqualTo(save == 0);
        startAgain();
        createWithEvent();
      }
      assertThat(save).as("saves").isEqualTo(3);
      startAgain();
    }
  }

  /** The next start may find the topic active: then its logs must be there. */
  @Test
  void aCreationThatStaysInDoubtKeepsItsLogs() {
    AtomicInteger saves = new AtomicInteger();
    test.storage.afterSave =
        () -> {
          if (saves.incrementAndGet() == 2) {
            test.storage.failingSave = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
            throw test.storage.failingSave;
          }
        };
    test.owner.runAside(() -> assertThat(made(this::create)).isFalse());
    assertThat(exists()).isFalse();
    assertThat(test.storage.list()).hasSize(1 + PARTITIONS);
    test.kill();
    assertWhole("the state was active", 0);
    assertThat(exists()).isTrue();
  }
}
