package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.TargetSet;
import java.lang.management.ManagementFactory;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one member does costs no more in a group of many members. */
class ManyMembersTest {

  private static final int PARTITIONS = 100;
  private static final GroupLimits LIMITS = new GroupLimits(10, 20_000, 1L << 30);

  /** The members whose partitions were looked at. */
  private final Set<String> seen = new HashSet<>();

  private TestGroups groups;

  /** The partitions of one member. */
  private final class WatchedSet extends AbstractSet<PartitionId> {

    private final String member;
    private final Set<PartitionId> partitions;

    WatchedSet(String member, Set<PartitionId> partitions) {
      this.member = member;
      this.partitions = partitions;
    }

    @Override
    public Iterator<PartitionId> iterator() {
      seen.add(member);
      return partitions.iterator();
    }

    @Override
    public boolean contains(Object partition) {
      seen.add(member);
      return partitions.contains(partition);
    }

    @Override
    public int size() {
      seen.add(member);
      return partitions.size();
    }
  }

  /** The partitions of one member, and since when it has them. */
  private final class WatchedMap extends AbstractMap<PartitionId, Long> {

    private final String member;
    private final Map<PartitionId, Long> partitions;

    WatchedMap(String member, Map<PartitionId, Long> partitions) {
      this.member = member;
      this.partitions = partitions;
    }

    @Override
    public Set<Entry<PartitionId, Long>> entrySet() {
      seen.add(member);
      return partitions.entrySet();
    }

    @Override
    public Set<PartitionId> keySet() {
      return new WatchedSet(member, partitions.keySet());
    }

    @Override
    public boolean containsKey(Object partition) {
      seen.add(member);
      return partitions.containsKey(partition);
    }

    @Override
    public Long get(Object partition) {
      seen.add(member);
      return partitions.get(partition);
    }
  }

  /** A group of members that have settled, and whose partitions are watched. */
  private void settled(int members, int partitions) {
    TestGroups first = new TestGroups(LIMITS);
    first.topic("orders", partitions);
    for (int i = 0; i < members; i++) {
      first.join("m" + i, "orders");
      first.last.notices().stream()
          .filter(notice -> !((Reply.Assignment) notice.news()).releasing().isEmpty())
          .forEach(
              notice -> {
                Reply.Assignment news = (Reply.Assignment) notice.news();
                first.beat(notice.member(), news.epoch(), news.assigned());
              });
    }
    groups =
        new TestGroups(LIMITS, NaiveGroups.snapshotOf(first.machine).stream().map(this::watched));
    groups.topics.putAll(first.topics);
    groups.topicsChanged();
    groups.log.clear();
    seen.clear();
  }

  private GroupRecord watched(GroupRecord record) {
    if (record instanceof TargetSet set) {
      return new TargetSet(
          set.group(), set.member(), new WatchedSet(set.member(), set.partitions()));
    }
    if (record instanceof CurrentSet set) {
      return new CurrentSet(
          set.group(),
          set.member(),
          set.epoch(),
          new WatchedMap(set.member(), set.assigned()),
          new WatchedMap(set.member(), set.releasing()));
    }
    return record;
  }

  /** Sends a command of a member. */
  private void send(String member, Command command) {
    groups.log.clear();
    seen.clear();
    groups.send(command);
    assertLookedOnlyAtChanged(member);
  }

  private void assertLookedOnlyAtChanged(String member) {
    Set<String> changed = new HashSet<>(Set.of(member));
    for (GroupRecord record : groups.log) {
      if (record instanceof GroupRecord.OfMember of) {
        changed.add(of.member());
      }
    }
    assertThat(changed).as("members looked at").containsAll(seen);
  }

  private String owner(boolean owning) {
    return groups.describe().members().stream()
        .filter(view -> view.assigned().isEmpty() != owning)
        .map(Reply.MemberView::member)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void standbysComeAndGoWithoutALookAtTheOthers() {
    settled(300, PARTITIONS);

    send("late", TestGroups.joining("late", "orders"));
    assertThat(groups.log).as("records of a join").hasSize(3);
    assertThat(groups.last.notices()).isEmpty();
    send("late", TestGroups.beating("late", groups.view("late").epoch(), Set.of()));
    assertThat(groups.log).isEmpty();
    send("late", new Command.Leave("g", "late", Command.Leave.ANY_EPOCH, false));
    assertThat(groups.log).as("records of a leave").hasSize(2);
    assertThat(groups.last.notices()).isEmpty();
  }

  @Test
  void theSuccessorOfAMemberIsFoundWithoutALookAtTheOthers() {
    settled(300, PARTITIONS);

    String gone = owner(true);
    send(gone, new Command.Leave("g", gone, Command.Leave.ANY_EPOCH, false));
    assertThat(groups.last.notices()).hasSize(1);
  }

  @Test
  void aMemberThatTakesItsShareLooksOnlyAtThoseThatGive() {
    settled(50, 1_000);

    send("late", TestGroups.joining("late", "orders"));
    assertThat(groups.last.notices()).hasSize(1_000 / 51);
    Notice notice = groups.last.notices().get(0);
    Reply.Assignment news = (Reply.Assignment) notice.news();
    send(notice.member(), TestGroups.beating(notice.member(), news.epoch(), news.assigned()));
    assertThat(groups.last.notices()).extracting(Notice::member).containsExactly("late");
  }

  @Test
  void theEndOfASessionLooksOnlyAtTheSuccessor() {
    settled(300, PARTITIONS);
    String gone = owner(true);
    groups.pass(TestGroups.SESSION / 2);
    List<Reply.MemberView> members = groups.describe().members();
    for (Reply.MemberView each : members) {
      if (!each.member().equals(gone)) {
        groups.beat(each.member(), each.epoch(), each.assigned());
      }
    }
    seen.clear();
    groups.log.clear();

    groups.pass(TestGroups.SESSION / 2);

    assertThat(groups.log).contains(new GroupRecord.MemberRemoved("g", gone));
    assertLookedOnlyAtChanged(gone);
  }

  @Test
  void memoryThatAJoinTakesDoesNotDependOnTheNumberOfMembers() {
    long few = bytesOfJoins(500);
    long many = bytesOfJoins(8_000);

    assertThat(many).as("bytes allocated by joins; %d with few members", few).isLessThan(2 * few);
  }

  /** Bytes of heap that 100 joins allocate. */
  private static long bytesOfJoins(int members) {
    TestGroups groups = new TestGroups(LIMITS);
    groups.topic("orders", PARTITIONS);
    for (int i = 0; i < members; i++) {
      groups.join("m" + i, "orders");
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      groups.join("late" + i, "orders");
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
