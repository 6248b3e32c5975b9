package io.millrace.group;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.MemberSet;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.GroupRecord.TargetSet;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;
import io.millrace.group.queue.QueueRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** One record of each kind, for golden bytes and for the fuzzer. */
final class GroupRecords {

  private static final UUID TOPIC = new UUID(0x0123456789abcdefL, 0x1122334455667788L);
  private static final UUID OTHER = new UUID(-2, 5);

  private GroupRecords() {}

  private static PartitionId partition(UUID topic, int number) {
    return new PartitionId(topic, number);
  }

  static List<GroupRecord> all() {
    return List.of(
        new EpochFloor(7_000_000_000L),
        new GroupSet(
            "billing",
            GroupType.NATIVE,
            12,
            Assignor.SINGLE_ACTIVE,
            86_400_000_000L,
            1_764_547_200_000_000L,
            "m-1"),
        new GroupRemoved("billing"),
        new MemberSet(
            "billing",
            "m-1",
            9,
            new MemberSettings("pod-0", "client", "10.0.0.1", 30_000_000, 300_000_000),
            new MemberSubscription(3, List.of("orders", "Zahlungen"), "orders.*")),
        new MemberRemoved("billing", "m-1"),
        new TargetSet(
            "billing",
            "m-1",
            Set.of(partition(TOPIC, 0), partition(TOPIC, 300), partition(OTHER, 1))),
        new TargetSet("billing", "m-1", Set.of()),
        new CurrentSet(
            "billing",
            "m-1",
            12,
            Map.of(partition(TOPIC, 0), 9L, partition(OTHER, 1), 12L),
            Map.of(partition(TOPIC, 2), 10L)),
        new OffsetSet(
            "Größe ☂",
            partition(TOPIC, 4),
            new CommittedOffset(1_234_567_890_123L, 5, "checkpoint €", 1_764_547_200_000_001L)),
        new OffsetRemoved("Größe ☂", partition(TOPIC, 4)),
        new GroupSet("mails", GroupType.SHARED, 3, Assignor.BALANCED, 0, 0, ""),
        new QueueSet("mails", QueueRules.DEFAULT),
        new QueueSet(
            "mails",
            new QueueRules(
                100_000, 1_000, 0, 86_400_000_000L, DeadLetterRule.DISCARD, QueueOrder.KEY)),
        new QueueSet(
            "mails",
            new QueueRules(1, 2, 3, 4, new DeadLetterRule("failed.mails", false), QueueOrder.NONE)),
        new QueueProgressSet("mails", partition(TOPIC, 4), QueueProgress.at(7)),
        new QueueProgressSet(
            "mails",
            partition(OTHER, 0),
            QueueProgress.at(100)
                .settled(
                    100,
                    List.of(new QueueRange(102, 105), new QueueRange(200, 300)),
                    List.of(
                        new QueueFailure(100, 0, 1_764_547_200_000_001L, QueueFate.RETRY),
                        new QueueFailure(110, 1, 0, QueueFate.DEAD_REJECTED),
                        new QueueFailure(1_234_567_890_123L, 5, 0, QueueFate.DEAD_ATTEMPTS)))),
        new QueueProgressRemoved("mails", partition(TOPIC, 4)),
        new QueueSettled("mails", partition(TOPIC, 4), 9, List.of(), List.of()),
        new QueueSettled(
            "mails",
            partition(TOPIC, 4),
            9,
            List.of(new QueueRange(12, 13), new QueueRange(15, 4_000_000_000L)),
            List.of(new QueueFailure(13, 2, 5, QueueFate.RETRY))),
        new QueueDeadLettersSet("mails", partition(TOPIC, 4), 70_000));
  }
}
