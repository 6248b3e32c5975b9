package io.millrace.benchmarks.groups;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A member with a thread that polls. */
final class MemberThread implements GroupClients.Owner {

  private static final Duration POLL = Duration.ofMillis(100);

  private final PartitionBoard board;
  private final Thread thread;
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private volatile boolean joined;
  private volatile boolean stopped;

  private MemberThread(PartitionBoard board, Function<MemberThread, GroupClients.Member> join) {
    this.board = board;
    this.thread = new Thread(() -> run(join.apply(this)), "member");
  }

  /** Starts the thread, which joins the group. */
  static MemberThread start(
      GroupClients clients, String topic, Duration session, PartitionBoard board) {
    MemberThread member =
        new MemberThread(board, owner -> clients.join(topic, topic, session, owner));
    member.thread.setDaemon(true);
    member.thread.start();
    return member;
  }

  private void run(GroupClients.Member member) {
    joined = true;
    try (member) {
      while (!stopped) {
        member.poll(POLL);
      }
    }
  }

  /** The number of partitions that the member owns. */
  int count() {
    return owned.size();
  }

  /** Whether the client is open. */
  boolean hasJoined() {
    return joined;
  }

  /** Leaves the group, without waiting. */
  void stop() {
    stopped = true;
  }

  /** Waits until the member has left. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }

  @Override
  public void assigned(int partition) {
    owned.add(partition);
    board.assigned(partition);
  }

  @Override
  public void revoked(int partition) {
    if (owned.remove(partition) && !stopped) {
      board.revoked(partition);
    }
  }

  @Override
  public void event(int partition) {
    board.event(partition);
  }
}
