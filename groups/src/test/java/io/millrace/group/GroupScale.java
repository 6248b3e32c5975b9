package io.millrace.group;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Prints what it costs that many members join one group, in CPU time of one thread. Each member
 * answers its notices at once. Run its main method; the arguments are numbers of members.
 */
final class GroupScale {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int PARTITIONS = 100;

  private final TestGroups groups = new TestGroups(new GroupLimits(10, 1_000_000, 1L << 40));
  private final Deque<Notice> notices = new ArrayDeque<>();
  private long records;
  private long bytes;

  private GroupScale(int kinds) {
    for (int i = 0; i < kinds; i++) {
      groups.topic("t" + i, PARTITIONS / kinds);
    }
  }

  public static void main(String[] args) {
    for (int kinds = 1; kinds <= 2; kinds++) {
      System.out.printf("%d kind(s) of subscriptions%n", kinds);
      for (String members : args) {
        new GroupScale(kinds).run(Integer.parseInt(members), kinds);
      }
    }
  }

  private void run(int members, int kinds) {
    long began = THREADS.getCurrentThreadCpuTime();
    long last = began;
    for (int i = 0; i < members; i++) {
      if (i == members - 10) {
        last = THREADS.getCurrentThreadCpuTime();
      }
      String[] topics = kinds > 1 && i % 2 == 0 ? new String[] {"t0", "t1"} : new String[] {"t0"};
      send(TestGroups.joining("m" + i, topics));
      while (!notices.isEmpty()) {
        answer(notices.poll());
      }
    }
    long now = THREADS.getCurrentThreadCpuTime();
    System.out.printf(
        Locale.ROOT,
        "%,7d members: %,8.3f s in all, %,8.1f us each of the last ten, %,8d records, %,d bytes%n",
        members,
        (now - began) / 1e9,
        (now - last) / 1e4,
        records,
        bytes);
  }

  private void answer(Notice notice) {
    Reply.Assignment news = (Reply.Assignment) notice.news();
    if (!news.releasing().isEmpty()) {
      send(TestGroups.beating(notice.member(), news.epoch(), news.assigned()));
    }
  }

  private void send(Command command) {
    groups.send(command);
    notices.addAll(groups.last.notices());
    for (GroupRecord record : groups.log) {
      EncodedGroupRecord encoded = GroupRecordCodec.encode(record);
      records++;
      bytes += encoded.key().length + encoded.value().length;
    }
    groups.log.clear();
  }
}
