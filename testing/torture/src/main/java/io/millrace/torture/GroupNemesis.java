package io.millrace.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Starts, suspends, closes and kills members of a group at random, and kills the broker in between.
 * The seed determines the actions and the times between them. Used by one thread, except {@link
 * #close}.
 */
final class GroupNemesis implements AutoCloseable {

  private static final int LONGEST_STEP_MILLIS = 500;
  private static final long LONGEST_PAUSE_SESSIONS = 3;
  private static final int THREADS = 3;
  private static final int FIRST_MEMBERS = 2;

  private final GroupTorturePlan plan;
  private final Path directory;
  private final TortureBroker broker;
  private final SplittableRandom random;

  /** All members that were started. Guarded by its monitor. */
  private final List<MemberProcess> members = new ArrayList<>();

  /** Those that run and were not asked to close. */
  private final List<MemberProcess> live = new ArrayList<>();

  private int killed;
  private int paused;
  private int closed;
  private int brokerKills;

  GroupNemesis(GroupTorturePlan plan, Path directory, TortureBroker broker) {
    this.plan = plan;
    this.directory = directory;
    this.broker = broker;
    this.random = new SplittableRandom(plan.seed());
  }

  /** Acts until the time is over. The broker is ready at the end, and no member is suspended. */
  void run(long endNanos) throws IOException, InterruptedException, BrokerDownException {
    for (int i = 0; i < FIRST_MEMBERS; i++) {
      start();
    }
    while (System.nanoTime() < endNanos) {
      Thread.sleep(random.nextInt(20, LONGEST_STEP_MILLIS));
      for (MemberProcess member : live) {
        member.continueIfDue(System.nanoTime());
      }
      act(random.nextInt(100));
    }
    for (MemberProcess member : live) {
      member.continueIfDue(Long.MAX_VALUE);
    }
    while (live.size() < FIRST_MEMBERS) {
      start();
    }
  }

  private void act(int dice) throws IOException, InterruptedException, BrokerDownException {
    if (live.isEmpty() || dice < 35) {
      if (live.size() < plan.members()) {
        start();
      }
    } else if (dice < 65) {
      MemberProcess member = any();
      if (!member.isPaused()) {
        long longest = LONGEST_PAUSE_SESSIONS * plan.sessionTimeout().toNanos();
        member.pause(random.nextLong(longest));
        paused++;
      }
    } else if (dice < 80) {
      MemberProcess member = any();
      live.remove(member);
      member.kill();
      killed++;
    } else if (dice < 93) {
      MemberProcess member = any();
      if (!member.isPaused()) {
        live.remove(member);
        member.close();
        closed++;
      }
    } else {
      killBroker();
    }
  }

  private void killBroker() throws IOException, InterruptedException, BrokerDownException {
    do {
      if (!broker.isAlive()) {
        throw new BrokerDownException("the broker ended by itself" + broker.lastLines());
      }
      broker.kill();
      brokerKills++;
      broker.start();
      if (random.nextInt(3) > 0) {
        broker.awaitReady();
      } else {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_STEP_MILLIS)); // killed at its start
      }
    } while (random.nextInt(4) == 0);
    broker.awaitReady();
  }

  private MemberProcess any() {
    return live.get(random.nextInt(live.size()));
  }

  private void start() throws IOException {
    synchronized (members) {
      int threads = members.size() % 2 == 0 ? 0 : THREADS;
      MemberProcess member =
          MemberProcess.start(directory, members.size(), broker.address(), plan, threads);
      members.add(member);
      live.add(member);
    }
  }

  /** Closes all members, and waits for their end. Returns what is wrong. */
  List<String> closeAll() throws IOException, InterruptedException {
    for (MemberProcess member : live) {
      member.close();
    }
    List<String> problems = new ArrayList<>();
    for (MemberProcess member : all()) {
      String problem = member.awaitEnd();
      if (problem != null) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /** What the members have written. */
  List<MemberHistory> histories() throws IOException {
    List<MemberHistory> histories = new ArrayList<>();
    for (MemberProcess member : all()) {
      histories.add(member.history());
    }
    return histories;
  }

  private List<MemberProcess> all() {
    synchronized (members) {
      return List.copyOf(members);
    }
  }

  GroupActions actions() {
    return new GroupActions(all().size(), killed, paused, closed, brokerKills);
  }

  /** Kills all members that still run. Any thread. */
  @Override
  public void close() {
    all().stream().filter(MemberProcess::isAlive).forEach(MemberProcess::kill);
  }
}
