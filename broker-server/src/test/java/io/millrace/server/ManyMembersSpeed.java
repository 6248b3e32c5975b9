package io.millrace.server;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what it costs that many members join over TCP, some of them on each connection, and
 * whether the broker serves others meanwhile. Each member answers its notices. Run by hand; the
 * arguments are {@code one} group for all or a group for {@code each}, and numbers of members.
 */
final class ManyMembersSpeed {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int PARTITIONS = 100;
  private static final int CONNECTIONS = 10;

  /** Joins of one connection that are on their way. */
  private static final int WINDOW = 20;

  private static final long SESSION_MICROS = 3_600_000_000L;
  private static final String FORCES = "millrace_force_seconds_count";
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final MillraceServer server;
  private final String topic;
  private final boolean oneGroup;
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger owned = new AtomicInteger();
  private final AtomicInteger releasing = new AtomicInteger();

  private ManyMembersSpeed(MillraceServer server, String topic, boolean oneGroup) {
    this.server = server;
    this.topic = topic;
    this.oneGroup = oneGroup;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("many-members");
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of())) {
      for (int i = 1; i < args.length; i++) {
        new ManyMembersSpeed(server, "t" + i, args[0].equals("one")).run(Integer.parseInt(args[i]));
      }
      System.exit(0); // the threads of the members block
    }
  }

  private void run(int members) throws Exception {
    TopicInfo created;
    try (WireClient client = WireClient.hello(server.port())) {
      created =
          client
              .ask(
                  new CreateTopicRequest(topic, oneGroup ? PARTITIONS : 1, Map.of()),
                  TopicResponse.class)
              .topic();
    }
    Metrics.get(server, "/health/ready"); // the client of the page is ready
    double forced = Metrics.value(server, FORCES);
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<String> produced =
        CompletableFuture.supplyAsync(() -> produce(created.id(), stopped));
    CompletableFuture<String> checked = CompletableFuture.supplyAsync(() -> check(stopped));
    Map<Long, Long> cpu = cpuOfBroker();
    long began = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      int from = members * i / CONNECTIONS;
      int to = members * (i + 1) / CONNECTIONS;
      Thread thread = new Thread(() -> join(from, to), "members");
      thread.setDaemon(true);
      thread.start();
    }
    int share = oneGroup ? PARTITIONS : members;
    while (joined.get() < members || owned.get() < share || releasing.get() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long used = 0;
    for (Map.Entry<Long, Long> thread : cpuOfBroker().entrySet()) {
      used += thread.getValue() - cpu.getOrDefault(thread.getKey(), 0L);
    }
    stopped.set(true);
    System.out.printf(
        Locale.ROOT,
        "%,d members settled after %.2f s, %.2f s of CPU time of the broker, %.0f fsyncs; %s; %s%n",
        members,
        seconds,
        used / 1e9,
        Metrics.value(server, FORCES) - forced,
        produced.get(),
        checked.get());
  }

  /** CPU time of the broker's threads, without those of the JVM. */
  private static Map<Long, Long> cpuOfBroker() {
    Map<Long, Long> times = new HashMap<>();
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("millrace")) {
        times.put(thread.getThreadId(), THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return times;
  }

  private void join(int from, int to) {
    Map<String, GroupAssignment> known = new HashMap<>();
    Deque<String> beats = new ArrayDeque<>();
    Map<Integer, String> asked = new HashMap<>();
    WireClient client = WireClient.hello(server.port());
    int sent = from;
    int answered = from;
    while (true) {
      while (sent < to && sent - answered < WINDOW) {
        String member = "m" + sent++;
        asked.put(client.send(joining(member)), member);
      }
      WireClient.Received received = client.receive();
      if (received.response() instanceof JoinGroupResponse answer) {
        answered++;
        joined.incrementAndGet();
        note(asked.remove(received.correlationId()), answer.assignment(), known, beats);
      } else if (received.response() instanceof GroupBeatResponse answer) {
        note(asked.remove(received.correlationId()), answer.assignment(), known, beats);
      } else if (received.push() instanceof GroupChangedPush push) {
        note(push.member(), push.assignment(), known, beats);
      }
      while (!beats.isEmpty()) {
        String member = beats.poll();
        asked.put(client.send(beating(member, known.get(member))), member);
      }
    }
  }

  private void note(
      String member, GroupAssignment now, Map<String, GroupAssignment> known, Deque<String> beats) {
    GroupAssignment before = known.getOrDefault(member, GroupAssignment.NONE);
    if (now.epoch() < before.epoch()) {
      return;
    }
    known.put(member, now);
    owned.addAndGet(now.assigned().size() - before.assigned().size());
    releasing.addAndGet(now.releasing().size() - before.releasing().size());
    if (!now.releasing().isEmpty()) {
      beats.add(member);
    }
  }

  private String group(String member) {
    return oneGroup ? topic : topic + member;
  }

  private JoinGroupRequest joining(String member) {
    return new JoinGroupRequest(
        group(member),
        member,
        "",
        SESSION_MICROS,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, List.of(topic), ""));
  }

  private GroupBeatRequest beating(String member, GroupAssignment assignment) {
    return new GroupBeatRequest(
        group(member),
        member,
        assignment.epoch(),
        "",
        assignment.assigned(),
        -1,
        0,
        GroupSubscription.UNCHANGED);
  }

  private String produce(UUID id, AtomicBoolean stopped) {
    List<Long> times = new ArrayList<>();
    try (WireClient client = WireClient.hello(server.port())) {
      while (!stopped.get()) {
        long began = System.nanoTime();
        int request = client.produce(id, 0, AckLevel.STORED, TestServers.batch("s", "value"));
        client.answerTo(request, ProduceResponse.class);
        times.add(System.nanoTime() - began);
        LockSupport.parkNanos(PROBE_NANOS);
      }
    }
    return latency("produce", times);
  }

  private String check(AtomicBoolean stopped) {
    List<Long> times = new ArrayList<>();
    while (!stopped.get()) {
      long began = System.nanoTime();
      if (Metrics.get(server, "/health/ready").statusCode() != 200) {
        return "not ready";
      }
      times.add(System.nanoTime() - began);
      LockSupport.parkNanos(PROBE_NANOS);
    }
    return latency("health", times);
  }

  private static String latency(String what, List<Long> times) {
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%s median %.1f, 99 %% %.1f, longest %.1f ms",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }
}
