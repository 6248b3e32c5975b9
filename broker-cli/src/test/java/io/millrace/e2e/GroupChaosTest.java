package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupDetails;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members of a group start, close and are killed at random, while a checker counts. The seed is in
 * each message.
 */
class GroupChaosTest {

  private static final int EVENTS = 6_000;
  private static final int PARTITIONS = 6;
  private static final int LIVES = 24;
  private static final long LIMIT_NANOS = Duration.ofMinutes(3).toNanos();

  @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final Map<String, AtomicInteger> finished = new ConcurrentHashMap<>();
  private final Set<String> problems = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger kills = new AtomicInteger();

  @Test
  void withoutKillsEachEventIsFinishedExactlyOnce() throws Exception {
    run(false);

    assertThat(finished.values().stream().filter(count -> count.get() != 1).toList())
        .as("seed %s", seed)
        .isEmpty();
  }

  @Test
  void withKillsEachEventIsFinishedAtLeastOnce() throws Exception {
    run(true);
    assertThat(kills.get()).as("seed %s: kills", seed).isPositive();
  }

  private void run(boolean killing) throws Exception {
    try (GroupsBroker broker = new GroupsBroker(directory.resolve("data"))) {
      MillraceClient admin = broker.client();
      admin.admin().createTopic("orders", TopicSpec.partitions(PARTITIONS));
      List<Thread> threads = new ArrayList<>();
      threads.add(start(() -> produce(broker)));
      threads.add(start(() -> watch(admin)));
      AtomicInteger lives = new AtomicInteger(LIVES);
      for (int i = 0; i < 3; i++) {
        Random random = new Random(seed + i);
        threads.add(start(() -> member(broker, random, lives, killing)));
      }
      for (Thread thread : threads) {
        thread.join(Duration.ofMinutes(4).toMillis());
        assertThat(thread.isAlive()).as("seed %s: %s ends", seed, thread.getName()).isFalse();
      }
    }
    assertThat(failure.get()).as("seed %s", seed).isNull();
    assertThat(problems).as("seed %s", seed).isEmpty();
    assertThat(finished).as("seed %s: finished events", seed).hasSize(EVENTS);
  }

  private Thread start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
                over.set(true);
              }
            });
    thread.start();
    return thread;
  }

  /** A task that may fail. */
  @FunctionalInterface
  private interface Task {
    void run() throws Exception;
  }

  private void produce(GroupsBroker broker) {
    try (Producer producer = broker.client().producer("orders").build()) {
      for (int i = 0; i < EVENTS && !over.get(); i++) {
        producer.send(Event.of("k" + i % 97, "" + i));
        if (i % 200 == 0) {
          producer.flush();
        }
      }
    }
  }

  /** Positions never go back, and never pass an event that nobody has finished. */
  private void watch(MillraceClient client) {
    Map<Integer, Long> newest = new HashMap<>();
    long began = System.nanoTime();
    while (finished.size() < EVENTS && !over.get()) {
      if (System.nanoTime() - began > LIMIT_NANOS) {
        over.set(true);
        throw new AssertionError("finished only " + finished.size());
      }
      try {
        GroupDetails group = client.admin().describeGroup("billing");
        for (GroupDetails.Partition each : group.partitions()) {
          long position = each.position().orElse(0);
          if (newest.getOrDefault(each.partition(), 0L) > position) {
            problems.add(each + " went back from " + newest.get(each.partition()));
          }
          newest.put(each.partition(), position);
          for (long offset = 0; offset < position; offset++) {
            if (!finished.containsKey(each.partition() + "@" + offset)) {
              problems.add(
                  "committed " + position + " of " + each.partition() + " without " + offset);
            }
          }
        }
      } catch (MillraceException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_GROUP); // nobody has joined yet
      }
    }
    over.set(true);
  }

  private void member(GroupsBroker broker, Random random, AtomicInteger lives, boolean killing)
      throws Exception {
    while (!over.get()) {
      boolean last = lives.decrementAndGet() < 0;
      boolean killed = killing && !last && random.nextInt(3) == 0;
      live(broker, random, killed, last ? Integer.MAX_VALUE : 1 + random.nextInt(30));
    }
  }

  private void live(GroupsBroker broker, Random random, boolean killed, int polls)
      throws Exception {
    FaultProxy proxy = broker.proxy();
    MillraceClient client = GroupsBroker.connect(proxy.address());
    try {
      GroupConsumer consumer =
          client
              .consumer("orders")
              .group("billing")
              .sessionTimeout(Duration.ofSeconds(1))
              .maxPollEvents(1 + random.nextInt(100))
              .build();
      List<ConsumedEvent> handedOut = List.of();
      for (int i = 0; i < polls && !over.get(); i++) {
        handedOut.forEach(this::finish); // before the poll that says so
        handedOut = consumer.poll(Duration.ofMillis(20));
      }
      if (killed) {
        kills.incrementAndGet();
        proxy.close();
      } else if (!over.get() && random.nextBoolean()) {
        handedOut.forEach(this::finish);
        consumer.commit();
      }
      consumer.close();
    } finally {
      proxy.close();
      client.close();
    }
  }

  private void finish(ConsumedEvent event) {
    finished
        .computeIfAbsent(event.partition() + "@" + event.offset(), each -> new AtomicInteger())
        .incrementAndGet();
  }
}
