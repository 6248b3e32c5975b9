package io.millrace.benchmarks.groups;

import io.millrace.benchmarks.load.CpuClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A load process for groups. In each round, members start at the same time; then one more joins,
 * one leaves, and one that is a process of its own is killed. Meanwhile, events are sent to all
 * partitions. It prints a line {@code KEY VALUE} for each result.
 */
public final class GroupsMain {

  private static final int EVENTS_PER_SECOND = 2_000;
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final String VICTIM = "victim";

  private final GroupClients clients;
  private final PrintStream results;
  private final List<String> victim;
  private final int partitions;
  private final Duration session;
  private final CpuClock broker;
  private final CpuClock own = CpuClock.of(ProcessHandle.current().pid());

  private GroupsMain(
      GroupClients clients, PrintStream results, List<String> victim, String[] arguments) {
    this.clients = clients;
    this.results = results;
    this.victim = victim;
    this.partitions = Integer.parseInt(arguments[3]);
    this.session = Duration.ofMillis(Long.parseLong(arguments[4]));
    this.broker = CpuClock.of(Long.parseLong(arguments[1]));
  }

  /**
   * Runs the load process.
   *
   * @param arguments the address of the broker, its process id, the numbers of members at the
   *     start, separated by commas, the number of partitions, the session timeout in ms, the number
   *     of rounds; or {@code victim}, the address, the topic, the session timeout
   * @param main the class whose {@code main} calls this method
   */
  public static void run(String[] arguments, Class<?> main, GroupClients.Connector connector)
      throws IOException, InterruptedException {
    PrintStream results = System.out;
    System.setOut(System.err); // other output must not be mistaken for a result
    if (arguments[0].equals(VICTIM)) {
      runVictim(arguments, connector, results);
      return;
    }
    try (GroupClients clients = connector.connect(arguments[0])) {
      GroupsMain bench = new GroupsMain(clients, results, victim(main, arguments), arguments);
      for (int round = 0; round < Integer.parseInt(arguments[5]); round++) {
        for (String members : arguments[2].split(",")) {
          bench.round(Integer.parseInt(members), "t" + members + "-" + round);
        }
      }
    }
  }

  private static List<String> victim(Class<?> main, String[] arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Xm"))
        .forEach(words::add);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    words.addAll(List.of(VICTIM, arguments[0]));
    return words;
  }

  /** One member that prints the partition of each event. */
  private static void runVictim(
      String[] arguments, GroupClients.Connector connector, PrintStream results) {
    GroupClients clients = connector.connect(arguments[1]);
    GroupClients.Owner owner =
        new GroupClients.Owner() {
          @Override
          public void assigned(int partition) {
            results.println("assigned " + partition);
          }

          @Override
          public void revoked(int partition) {
            results.println("revoked " + partition);
          }

          @Override
          public void event(int partition) {
            results.println("event " + partition);
          }
        };
    GroupClients.Member member =
        clients.join(
            arguments[2], arguments[2], Duration.ofMillis(Long.parseLong(arguments[3])), owner);
    while (!results.checkError()) {
      member.poll(Duration.ofMillis(100));
    }
  }

  private void round(int members, String topic) throws IOException, InterruptedException {
    clients.createTopic(topic, partitions);
    PartitionBoard board = new PartitionBoard(partitions);
    List<MemberThread> all = new ArrayList<>();
    AtomicBoolean stopped = new AtomicBoolean();
    Thread sender = new Thread(() -> send(topic, stopped), "sender");
    sender.setDaemon(true);
    try {
      start(all, members, topic, board);
      sender.start();
      until("an event of each partition", board::isHeard);
      join(all, topic, board);
      leave(all, board);
      death(all, topic, board);
    } finally {
      stopped.set(true);
      all.forEach(MemberThread::stop);
      for (MemberThread member : all) {
        member.awaitEnd();
      }
    }
  }

  private void start(List<MemberThread> all, int members, String topic, PartitionBoard board) {
    double brokerCpu = broker.seconds();
    double ownCpu = own.seconds();
    long started = System.nanoTime();
    for (int i = 0; i < members; i++) {
      all.add(MemberThread.start(clients, topic, session, board));
    }
    until("all clients are open", () -> all.stream().allMatch(MemberThread::hasJoined));
    long opened = System.nanoTime();
    until("the start", () -> isBalanced(all, partitions));
    result(members, "start.open", (opened - started) / 1e6);
    result(members, "start.settled", (System.nanoTime() - started) / 1e6);
    result(members, "start.brokerCpu", (broker.seconds() - brokerCpu) * 1e3);
    result(members, "start.clientCpu", (own.seconds() - ownCpu) * 1e3);
  }

  private void join(List<MemberThread> all, String topic, PartitionBoard board) {
    int members = all.size();
    board.begin();
    long started = System.nanoTime();
    all.add(MemberThread.start(clients, topic, session, board));
    until("the join", () -> isBalanced(all, partitions));
    moved(members, "join", started, board);
  }

  private void leave(List<MemberThread> all, PartitionBoard board) throws InterruptedException {
    MemberThread last = all.remove(all.size() - 1);
    board.begin();
    long started = System.nanoTime();
    last.stop();
    until("the leave", () -> isBalanced(all, partitions));
    moved(all.size(), "leave", started, board);
    last.awaitEnd();
  }

  private void moved(int members, String what, long started, PartitionBoard board) {
    result(members, what + ".settled", (System.nanoTime() - started) / 1e6);
    until("an event of each partition after the " + what, board::isHeard);
    double[] pauses = board.pausesOfMoved();
    result(members, what + ".moved", board.moved());
    result(members, what + ".taken", board.taken());
    if (pauses.length > 0) {
      result(members, what + ".pauseMedian", pauses[pauses.length / 2]);
      result(members, what + ".pauseLongest", pauses[pauses.length - 1]);
    }
    result(members, what + ".pauseOfOthers", board.longestPauseOfOthers());
  }

  private void death(List<MemberThread> all, String topic, PartitionBoard board)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(victim);
    command.addAll(List.of(topic, String.valueOf(session.toMillis())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      int share = partitions / (all.size() + 1);
      int heard = 0;
      boolean[] events = new boolean[partitions];
      while (heard < share) {
        String line = lines.readLine();
        if (line == null) {
          throw new IOException("the member that is to be killed has ended");
        }
        int partition = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
        if (line.startsWith("event") && !events[partition]) {
          events[partition] = true;
          heard++;
        }
      }
      until("the victim has its share", () -> isBalanced(all, partitions - share));
      board.begin();
      long killed = System.nanoTime();
      process.destroyForcibly().onExit().join();
      until("the death", () -> isBalanced(all, partitions));
      result(all.size(), "death.settled", (System.nanoTime() - killed) / 1e6);
      until("an event of each partition after the death", board::isHeard);
      double[] pauses = board.pausesOfMoved();
      result(all.size(), "death.moved", board.moved());
      result(all.size(), "death.firstEvent", pauses[0]);
      result(all.size(), "death.lastEvent", pauses[pauses.length - 1]);
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean isBalanced(List<MemberThread> members, int partitions) {
    int sum = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (MemberThread each : members) {
      int count = each.count();
      sum += count;
      least = Math.min(least, count);
      most = Math.max(most, count);
    }
    return sum == partitions && most - least <= 1;
  }

  private void send(String topic, AtomicBoolean stopped) {
    long next = System.nanoTime();
    for (int i = 0; !stopped.get(); i++) {
      clients.send(topic, i % partitions);
      next += TimeUnit.SECONDS.toNanos(1) / EVENTS_PER_SECOND;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited 3 minutes for " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private void result(int members, String key, double value) {
    results.printf(Locale.ROOT, "%d.%s %.1f%n", members, key, value);
  }
}
