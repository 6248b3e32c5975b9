package io.millrace.group;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.MemberSet;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.TargetSet;
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
            GroupKind.NATIVE,
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
        new OffsetRemoved("Größe ☂", partition(TOPIC, 4)));
  }
}
