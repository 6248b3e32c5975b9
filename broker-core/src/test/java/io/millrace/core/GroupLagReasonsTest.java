package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.Assignor;
import io.millrace.group.CommittedOffset;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberState;
import io.millrace.group.MemberSubscription;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.LagReason;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each reason of a lag, from facts that differ from those of a busy member in one thing. */
class GroupLagReasonsTest {

  private static final PartitionId PARTITION = new PartitionId(new UUID(1, 2), 3);

  private static final SubscriptionStatus READING =
      new SubscriptionStatus(70, 1000, true, false, false, 0, FilterCounts.NONE);

  private String owner = "m1";
  private String next = "";
  private long start = 10;
  private long position = 50;
  private long events = 100;
  private long micros = 5_000_000;
  private String damage = "";
  private int startsHere = 1;
  private long sinceBeat = 10;
  private long sinceProgress = 10;
  private long handedOut = 20;
  private Optional<SubscriptionStatus> subscription = Optional.of(READING);

  private GroupLagReasons.Explained explained() {
    Reply.MemberView member =
        new Reply.MemberView(
            "m1",
            new MemberSettings("", "client", "host", 1_000_000, 0),
            MemberSubscription.of("rides"),
            MemberState.STABLE,
            4,
            Set.of(PARTITION),
            Set.of(),
            Set.of(PARTITION),
            sinceBeat,
            false,
            sinceProgress,
            handedOut);
    Reply.PartitionView view =
        new Reply.PartitionView(
            PARTITION, owner, next, Optional.of(new CommittedOffset(position, -1, "", 7)));
    Reply.Description group =
        new Reply.Description(
            "billing",
            4,
            Assignor.BALANCED,
            0,
            owner.isEmpty() ? 1_000_000 : 0,
            owner.isEmpty() ? "m0" : "",
            List.of(member),
            List.of(view));
    return GroupLagReasons.of(
        new GroupLagFacts(
            group, view, start, events, micros, damage, 10, 5, startsHere, subscription));
  }

  private void assertReason(LagReason reason, String... words) {
    GroupLagReasons.Explained found = explained();
    assertThat(found.reason()).as(found.text()).isEqualTo(reason);
    assertThat(List.of(words)).allSatisfy(word -> assertThat(found.text()).contains(word));
  }

  @Test
  void noMember() {
    owner = "";
    assertReason(LagReason.NO_MEMBER, "since 1970-01-01T00:00:01Z", "'m0'");
  }

  @Test
  void moving() {
    next = "m2";
    assertReason(LagReason.MOVING, "'m2' waits until 'm1'");
  }

  @Test
  void blockedByRetention() {
    start = 60;
    assertReason(LagReason.BLOCKED, "50 to 59");
  }

  @Test
  void blockedByDamage() {
    damage = "the events 50 to 52 are damaged";
    assertReason(LagReason.BLOCKED, "50 to 52");
  }

  @Test
  void notPolling() {
    sinceProgress = 31_000_000;
    assertReason(LagReason.NOT_POLLING, "20 events", "31 s");
  }

  @Test
  void aMemberThatNeverSubscribedIsNotPolling() {
    subscription = Optional.empty();
    sinceProgress = -1;
    assertReason(LagReason.NOT_POLLING, "has not subscribed");
  }

  @Test
  void aMemberWithoutBeatsIsNotSlowButSilent() {
    sinceBeat = 400_000; // of a session of 1 s
    assertReason(LagReason.BUSY);
    sinceBeat = 600_000;
    assertReason(LagReason.NOT_POLLING, "no beat for 0.6 s", "removed after 1.0 s");
    subscription = Optional.empty();
    assertReason(LagReason.NOT_POLLING, "no beat for 0.6 s");
    events = 0;
    assertReason(LagReason.OK);
  }

  @Test
  void poison() {
    startsHere = 3;
    assertReason(LagReason.POISON, "offset 50", "3 times");
  }

  @Test
  void noCredit() {
    subscription =
        Optional.of(new SubscriptionStatus(70, 0, true, false, false, 0, FilterCounts.NONE));
    assertReason(LagReason.NO_CREDIT, "'m1'");
  }

  @Test
  void quotaComesBeforeTheNetworkBecauseItMakesTheConnectionUnwritable() {
    subscription =
        Optional.of(new SubscriptionStatus(70, 1000, false, true, false, 0, FilterCounts.NONE));
    assertReason(LagReason.QUOTA, "'m1'");
    subscription =
        Optional.of(new SubscriptionStatus(70, 0, false, true, false, 0, FilterCounts.NONE));
    assertReason(LagReason.NO_CREDIT, "'m1'");
  }

  @Test
  void slowNetwork() {
    subscription =
        Optional.of(new SubscriptionStatus(70, 1000, false, false, false, 0, FilterCounts.NONE));
    assertReason(LagReason.SLOW_NETWORK, "'m1'");
  }

  @Test
  void broker() {
    subscription =
        Optional.of(new SubscriptionStatus(70, 1000, true, false, true, 0, FilterCounts.NONE));
    assertReason(LagReason.BROKER, "70");
  }

  @Test
  void filter() {
    subscription =
        Optional.of(
            new SubscriptionStatus(
                70, 1000, true, false, false, 4096, FilterCounts.NONE.withBytes(5000, 6000)));
    assertReason(LagReason.FILTER, "read 5000 bytes", "passed over 6000 bytes");
    subscription =
        Optional.of(
            new SubscriptionStatus(
                70, 1000, true, false, false, 0, new FilterCounts(1_000, 100, 0, 0, 0)));
    assertReason(LagReason.FILTER, "of 1000 events", "100 match");
  }

  @Test
  void busy() {
    assertReason(LagReason.BUSY, "processes 5.0 events/s", "10.0 events/s");
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
    next = "m2";
    start = 60;
    startsHere = 9;
    sinceProgress = 31_000_000;
    assertReason(LagReason.MOVING);
    next = "";
    assertReason(LagReason.BLOCKED);
    start = 10;
    assertReason(LagReason.NOT_POLLING);
    sinceProgress = 1;
    assertReason(LagReason.POISON);
  }
}
