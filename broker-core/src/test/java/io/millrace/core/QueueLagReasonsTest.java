package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.ConsumerSession;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.group.queue.QueueRules;
import io.millrace.protocol.LagReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each reason of a queue's lag, from facts that differ from those of a busy queue in one thing. */
class QueueLagReasonsTest {

  private static final PartitionId PARTITION = new PartitionId(new UUID(1, 2), 3);

  private UUID topicOfConsumer = PARTITION.topicId();
  private long sinceProgress = 10;
  private int locked = 20;
  private boolean away;
  private int dying;
  private boolean failing;
  private long events = 100;
  private long micros = 5_000_000;
  private String damage = "";
  private Map<PartitionId, String> problems = Map.of();

  private GroupLagReasons.Explained explained() {
    Reply.QueueConsumerView consumer =
        new Reply.QueueConsumerView(
            new ConsumerSession(new UUID(3, 4), 1),
            topicOfConsumer,
            "client",
            "host",
            locked,
            60_000_000,
            sinceProgress,
            away);
    Reply.QueuePartitionView view =
        new Reply.QueuePartitionView(PARTITION, 50, 150, 30, locked, 7, 3, dying, 9, 0, failing);
    QueueDescription description =
        new QueueDescription(
            new Reply.QueueDescription(
                "workers", QueueRules.DEFAULT, List.of(consumer), List.of(view)),
            problems);
    GroupLagScan.Input input =
        new GroupLagScan.Input(
            new Reply.PartitionView(PARTITION, "", "", Optional.empty()),
            10,
            5,
            0,
            GroupProgress.BatchTime.NONE,
            Optional.empty(),
            Optional.of(view));
    return new QueueLagReasons(description)
        .explain(new LagMeasure(input, 0, events, micros, damage));
  }

  private void assertReason(LagReason reason, String... words) {
    GroupLagReasons.Explained found = explained();
    assertThat(found.reason()).as(found.text()).isEqualTo(reason);
    assertThat(List.of(words)).allSatisfy(word -> assertThat(found.text()).contains(word));
  }

  @Test
  void busy() {
    assertReason(
        LagReason.BUSY, "have 20 events", "7 wait for their next", "33 for a consumer", "10.0");
  }

  @Test
  void noConsumer() {
    topicOfConsumer = new UUID(8, 9);
    assertReason(LagReason.NO_MEMBER, "no consumer");
  }

  @Test
  void theOnlyConsumerIsAway() {
    away = true;
    assertReason(LagReason.NO_MEMBER, "connections", "have ended", "5 s");
  }

  @Test
  void damaged() {
    damage = "the events 50 to 60 are damaged";
    assertReason(LagReason.BLOCKED, "50 to 60");
  }

  @Test
  void notFed() {
    problems = Map.of(PARTITION, "no room for a subscription");
    assertReason(LagReason.BLOCKED, "no room for a subscription");
  }

  @Test
  void deadLettersAreNotWritten() {
    dying = 2;
    problems = Map.of(PARTITION, "the disk is full");
    assertReason(LagReason.BLOCKED, "2 dead letters", "the disk is full");
  }

  @Test
  void notPolling() {
    sinceProgress = GroupLagReasons.POLL_MICROS;
    assertReason(LagReason.NOT_POLLING, "20 events", "30 s");
    sinceProgress--;
    assertReason(LagReason.BUSY);
    sinceProgress = GroupLagReasons.POLL_MICROS;
    locked = 0;
    assertReason(LagReason.BUSY);
  }

  @Test
  void failing() {
    failing = true;
    assertReason(LagReason.FAILING, "more than half");
  }

  @Test
  void ok() {
    micros = 999_999;
    assertReason(LagReason.OK);
    micros = 5_000_000;
    events = 0;
    assertReason(LagReason.OK);
  }

  @Test
  void theFirstReasonCounts() {
    failing = true;
    sinceProgress = GroupLagReasons.POLL_MICROS;
    assertReason(LagReason.NOT_POLLING);
    damage = "damaged";
    assertReason(LagReason.BLOCKED);
    topicOfConsumer = new UUID(8, 9);
    assertReason(LagReason.NO_MEMBER);
  }
}
