package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.group.Command;
import io.millrace.group.CommittedOffset;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberSubscription;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The log of groups is opened again while groups are used. */
@ParameterizedClass
@EnumSource(Engine.class)
class GroupReopeningTest {

  private final Engine.Disk disk;
  private final ManualOwner owner;
  private final TakeoverStorage storage;
  private final Broker broker;
  private final PartitionId partition;
  private final Reply.Assignment assignment;
  private final Partition log;

  GroupReopeningTest(Engine engine) {
    disk = engine.disk();
    owner = new ManualOwner(disk::awaitIdle);
    storage = new TakeoverStorage(disk.create());
    broker = TestBroker.open(storage, owner);
    Topic topic = Await.result(broker.createTopic("rides", 1, Map.of()));
    partition = new PartitionId(topic.id(), 0);
    Answer stored = new Answer();
    topic
        .partitions()
        .get(0)
        .append(Batches.atTimes(new long[100]), ProducerSecret.NONE, AckLevel.SYNCED, stored);
    owner.runUntil(stored::isDone);
    assignment =
        (Reply.Assignment)
            ask(
                new Command.Join(
                    "billing",
                    "m1",
                    new MemberSettings("", "client", "host", 60_000_000, 0),
                    MemberSubscription.of("rides"),
                    Optional.empty()));
    log = broker.topic("__groups").partitions().get(GroupCoordinator.shardOf("billing"));
  }

  @AfterEach
  void close() {
    storage.letConfirmations();
    owner.runAside(broker::close);
    disk.close();
  }

  private Reply ask(Command.OfGroup command) {
    CompletableFuture<Reply> reply = broker.groups().submit(command);
    owner.runUntilDone(reply);
    return Await.result(reply);
  }

  private Command.Commit commit(long offset) {
    return new Command.Commit(
        "billing",
        "m1",
        assignment.epoch(),
        List.of(new Command.Position(partition, offset, -1, "")));
  }

  private long committed() {
    Reply.Offsets offsets = (Reply.Offsets) ask(new Command.FetchOffsets("billing", List.of()));
    return offsets.offsets().stream()
        .map(Reply.PartitionOffset::committed)
        .mapToLong(CommittedOffset::offset)
        .findFirst()
        .orElse(-1);
  }

  /** Repeats a command as a client does, until it is not refused with a retriable code. */
  private Reply askUntilServed(Command.OfGroup command) {
    while (true) {
      CompletableFuture<Reply> reply = broker.groups().submit(command);
      owner.runUntilDone(reply);
      if (!reply.isCompletedExceptionally()) {
        return reply.join();
      }
      ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> Await.result(reply));
    }
  }

  @Test
  void aCommitInDoubtIsRefusedAndTheGroupsAreWhatTheLogHas() {
    ask(commit(5));
    storage.holdConfirmations();
    CompletableFuture<Reply> inDoubt = broker.groups().submit(commit(7));
    owner.runAll();
    assertThat(inDoubt).isNotDone();
    storage.fence(log.id());
    owner.runUntilDone(inDoubt);
    ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> Await.result(inDoubt));
    askUntilServed(new Command.Describe("billing"));
    assertThat(committed()).isIn(5L, 7L);
    assertThat(((Reply.Committed) ask(commit(9))).outcomes().get(0).error())
        .isEqualTo(ErrorCode.NONE);
    assertThat(committed()).isEqualTo(9);
  }

  /**
   * A commit is refused while one before it is on its way to the disk, and another one comes. The
   * state is that of the answers, also when it is read from the log again.
   */
  @Test
  void aRefusedCommitBetweenTwoStoredOnesLeavesTheStateOfTheAnswers() {
    ask(commit(5));
    storage.holdConfirmations();
    CompletableFuture<Reply> onItsWay = broker.groups().submit(commit(7));
    owner.runAll();
    storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "no room, says the test");
    CompletableFuture<Reply> refused = broker.groups().submit(commit(50));
    owner.runAll();
    storage.failingAppend = null;
    CompletableFuture<Reply> later = broker.groups().submit(commit(9));
    owner.runAll();
    storage.letConfirmations();
    owner.runUntilDone(onItsWay);
    owner.runUntilDone(refused);
    owner.runUntilDone(later);

    assertThat(error(onItsWay)).isEqualTo(ErrorCode.NONE);
    ExpectedRefusals.assertRefused(ErrorCode.DISK_FULL, () -> Await.result(refused));
    assertThat(error(later)).isEqualTo(ErrorCode.NONE);
    assertThat(committed()).isEqualTo(9);
    readAgain();
    assertThat(committed()).isEqualTo(9);
  }

  /** Two commits are on their way to the disk, and nobody learns what becomes of them. */
  @Test
  void commitsInDoubtAreBothRefusedAndTheStateIsThatOfTheLog() {
    ask(commit(5));
    storage.holdConfirmations();
    CompletableFuture<Reply> first = broker.groups().submit(commit(7));
    owner.runAll();
    CompletableFuture<Reply> second = broker.groups().submit(commit(9));
    owner.runAll();
    storage.fence(log.id());
    owner.runUntilDone(first);
    owner.runUntilDone(second);

    ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> Await.result(first));
    ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> Await.result(second));
    askUntilServed(new Command.Describe("billing"));
    long found = committed();
    assertThat(found).isIn(5L, 7L, 9L);
    readAgain();
    assertThat(committed()).isEqualTo(found);
  }

  private static ErrorCode error(CompletableFuture<Reply> commit) {
    return ((Reply.Committed) Await.result(commit)).outcomes().get(0).error();
  }

  /** The log of groups is opened again, and the groups are made from it. */
  private void readAgain() {
    Object before = log.opening();
    storage.fence(log.id());
    Answer fenced = new Answer();
    log.appendInternal(Batches.of("not for the log"), AckLevel.STORED, fenced);
    fenced.refusal(ErrorCode.FENCED);
    owner.runUntil(() -> log.opening() != before && log.failure() == null);
    askUntilServed(new Command.Describe("billing"));
  }

  /** Another broker may have written to the log in between. */
  @Test
  void theMachineIsMadeAgainAlsoIfNothingWaitedForTheLog() {
    ask(commit(5));
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(GroupShard.class);
    logger.addAppender(lines);
    Object before = log.opening();
    storage.fence(log.id());
    Answer refused = new Answer();
    log.appendInternal(Batches.of("not for the log"), AckLevel.STORED, refused);
    refused.refusal(ErrorCode.FENCED);
    owner.runUntil(() -> log.opening() != before && log.failure() == null);
    Reply.Assignment after =
        (Reply.Assignment)
            askUntilServed(
                new Command.Beat(
                    "billing",
                    "m1",
                    assignment.epoch(),
                    assignment.assigned(),
                    Optional.empty(),
                    Optional.empty(),
                    ""));
    logger.detachAppender(lines);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.startsWith("event=groups_reloading"));
    assertThat(after).isEqualTo(assignment);
    assertThat(committed()).isEqualTo(5);
    assertThat(broker.groups().failures()).isEmpty();
  }
}
