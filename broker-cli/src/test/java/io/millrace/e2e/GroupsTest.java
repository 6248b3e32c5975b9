package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Admin;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupDetails;
import io.millrace.client.GroupPartition;
import io.millrace.client.GroupReset;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PositionChange;
import io.millrace.client.ProcessOptions;
import io.millrace.client.ProcessOptions.Ordering;
import io.millrace.client.Producer;
import io.millrace.client.QueueDetails;
import io.millrace.client.RebalanceListener;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups with a real broker in this process. */
class GroupsTest {

  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration SHORT_SESSION = Duration.ofSeconds(2);
  private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();

  @TempDir static Path directory;

  private GroupsBroker broker;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    broker = new GroupsBroker(Files.createTempDirectory(directory, "data"));
    admin = broker.client().admin();
    admin.createTopic("orders", TopicSpec.partitions(4));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void produce(int from, int to) {
    try (Producer producer = broker.client().producer("orders").build()) {
      for (int i = from; i < to; i++) {
        producer.send(Event.of("k" + i % 64, "" + i));
      }
    }
  }

  private static GroupConsumer.Builder member(MillraceClient client) {
    return client.consumer("orders").group("billing").sessionTimeout(SHORT_SESSION);
  }

  private void until(BooleanSupplier done, GroupConsumer... consumers) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("deadline; " + GroupTestReport.of("billing", admin, consumers));
      }
    }
  }

  private void pollUntil(BooleanSupplier done, GroupConsumer... consumers) {
    until(
        () -> {
          for (GroupConsumer each : consumers) {
            each.poll(STEP);
          }
          return done.getAsBoolean();
        },
        consumers);
  }

  private List<String> take(int count, GroupConsumer... consumers) {
    List<String> values = new ArrayList<>();
    until(
        () -> {
          for (GroupConsumer each : consumers) {
            each.poll(STEP).stream().map(ConsumedEvent::valueAsString).forEach(values::add);
          }
          return values.size() >= count;
        },
        consumers);
    return values;
  }

  private long position(int partition) {
    return admin.describeGroup("billing").partitions().stream()
        .filter(each -> each.partition() == partition)
        .mapToLong(each -> each.position().orElse(-1))
        .sum();
  }

  private long positions() {
    return admin.describeGroup("billing").partitions().stream()
        .mapToLong(each -> each.position().orElse(0))
        .sum();
  }

  @Test
  void membersShareThePartitionsAndReadEachEventOnce() {
    produce(0, 200);
    try (GroupConsumer a = member(broker.client()).build();
        GroupConsumer b = member(broker.client()).build()) {
      pollUntil(
          () -> a.partitions().size() + b.partitions().size() == 4 && !b.partitions().isEmpty(),
          a,
          b);
      produce(200, 400);
      pollUntil(() -> positions() == 400, a, b);
      assertThat(a.partitions()).hasSize(2).doesNotContainAnyElementsOf(b.partitions());
    }
    GroupDetails group = admin.describeGroup("billing");
    assertThat(group.members()).isEmpty();
    assertThat(group.emptySince()).isPresent();
  }

  @Test
  void aKilledMembersPartitionsMoveAfterItsSession() throws Exception {
    produce(0, 100);
    FaultProxy proxy = broker.proxy();
    MillraceClient killed = GroupsBroker.connect(proxy.address());
    GroupConsumer a = member(killed).build();
    List<String> finished = take(100, a);
    a.commit();
    proxy.close();
    try (GroupConsumer b = member(broker.client()).build()) {
      produce(100, 200);
      finished.addAll(take(100, b));
      assertThat(finished).hasSize(200).doesNotHaveDuplicates();
      assertThat(b.partitions()).hasSize(4);
    }
    killed.close();
  }

  @Test
  void aFencedZombieCannotCommit() throws Exception {
    produce(0, 100);
    FaultProxy proxy = broker.proxy();
    try (MillraceClient client = GroupsBroker.connect(proxy.address());
        GroupConsumer zombie = member(client).build()) {
      take(100, zombie);
      proxy.beSilent(true);
      proxy.cutAll();
      try (GroupConsumer heir = member(broker.client()).build()) {
        pollUntil(() -> heir.partitions().size() == 4, heir);
        proxy.beSilent(false);
        proxy.cutAll();

        assertThatThrownBy(zombie::commit)
            .isInstanceOfSatisfying(
                MillraceException.class,
                e -> assertThat(e.code()).isIn(ErrorCode.STALE_MEMBER, ErrorCode.UNKNOWN_MEMBER));
      }
    } finally {
      proxy.close();
    }
  }

  @Test
  void aMemberThatProcessesForLongerThanItsSessionStays() {
    produce(0, 100);
    try (GroupConsumer slow =
        member(broker.client()).sessionTimeout(Duration.ofMillis(500)).build()) {
      take(100, slow);
      String id = slow.memberId();
      until(
          () ->
              admin.describeGroup("billing").members().stream()
                  .anyMatch(each -> each.sinceProgress().orElse(Duration.ZERO).toMillis() > 1500));
      slow.commit();
      assertThat(slow.memberId()).isEqualTo(id);
      until(() -> admin.describeGroup("billing").members().get(0).handedOut() == 0);
    }
    assertThat(positions()).isEqualTo(100);
  }

  @Test
  void aRestartOfTheBrokerKeepsMembersAndPositions() {
    produce(0, 100);
    List<String> lost = new CopyOnWriteArrayList<>();
    RebalanceListener listener =
        new RebalanceListener() {
          @Override
          public void assigned(SortedSet<GroupPartition> partitions) {
            // Only losses count here.
          }

          @Override
          public void revoked(SortedSet<GroupPartition> partitions) {
            // Only losses count here.
          }

          @Override
          public void lost(SortedSet<GroupPartition> partitions) {
            lost.add(partitions.toString());
          }
        };
    try (GroupConsumer a =
        member(broker.client()).sessionTimeout(Duration.ofMinutes(2)).listener(listener).build()) {
      List<String> values = take(100, a);
      a.commit();
      broker.restart();
      produce(100, 200);
      values.addAll(take(100, a));
      a.commit();

      assertThat(values).hasSize(200).doesNotHaveDuplicates();
      assertThat(lost).isEmpty();
      assertThat(positions()).isEqualTo(200);
    }
  }

  @Test
  void aStaticMemberKeepsItsPartitionsOverARestart() {
    try (GroupConsumer other = member(broker.client()).build()) {
      GroupConsumer old =
          member(broker.client()).staticName("w1").sessionTimeout(Duration.ofMinutes(2)).build();
      pollUntil(() -> old.partitions().size() == 2 && other.partitions().size() == 2, old, other);
      SortedSet<GroupPartition> kept = old.partitions();
      old.close();
      try (GroupConsumer young =
          member(broker.client()).staticName("w1").sessionTimeout(Duration.ofMinutes(2)).build()) {
        pollUntil(() -> young.partitions().size() == 2, young, other);
        assertThat(young.partitions()).isEqualTo(kept);
      }
    }
  }

  @Test
  void processKeepsTheOrderOfKeysWhileMembersComeAndGo() throws Exception {
    int events = 3_000;
    Map<String, List<Integer>> byKey = new ConcurrentHashMap<>();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<GroupConsumer> consumers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    produce(0, events / 2);
    for (int i = 0; i < 3; i++) {
      GroupConsumer consumer =
          member(broker.client()).sessionTimeout(Duration.ofMinutes(2)).build();
      consumers.add(consumer);
      Thread thread =
          new Thread(
              () -> {
                try {
                  consumer.process(
                      event -> {
                        seen.add(event.valueAsString());
                        byKey
                            .computeIfAbsent(event.keyAsString(), k -> new CopyOnWriteArrayList<>())
                            .add(Integer.parseInt(event.valueAsString()));
                      },
                      ProcessOptions.of(4, Ordering.KEY).maxInFlight(50, 1 << 20));
                } catch (Throwable e) {
                  failures.add(e);
                }
              });
      threads.add(thread);
      thread.start();
      int at = i * events / 8;
      until(() -> seen.size() >= at);
    }
    consumers.get(0).close();
    produce(events / 2, events);
    until(() -> seen.size() == events);
    consumers.forEach(GroupConsumer::close);
    for (Thread thread : threads) {
      thread.join(Duration.ofMinutes(2).toMillis());
    }

    assertThat(failures).isEmpty();
    assertThat(byKey.values())
        .allSatisfy(values -> assertThat(values).isSorted().doesNotHaveDuplicates());
    assertThat(positions()).isEqualTo(events);
  }

  @Test
  void aResetIsShownFirstAndThenMade() {
    produce(0, 100);
    try (GroupConsumer a = member(broker.client()).build()) {
      take(100, a);
      a.commit();
      assertThatThrownBy(
              () -> admin.resetGroup("billing", GroupReset.of("orders", StartPosition.earliest())))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.GROUP_NOT_EMPTY));
    }
    long before = position(1);
    GroupReset reset = GroupReset.of("orders", StartPosition.earliest()).partitions(1);
    List<PositionChange> preview = admin.previewReset("billing", reset);
    assertThat(preview).hasSize(1);
    assertThat(preview.get(0).before()).hasValue(before);
    assertThat(preview.get(0).after()).isZero();
    assertThat(position(1)).isEqualTo(before);

    assertThat(admin.resetGroup("billing", reset)).isEqualTo(preview);
    assertThat(position(1)).isZero();
    try (GroupConsumer b = member(broker.client()).build()) {
      assertThat(take((int) before, b)).hasSize((int) before);
    }
    admin.deleteGroup("billing");
    assertThat(admin.listGroups()).isEmpty();
  }

  @Test
  void commandsPrintAndCommit() throws Exception {
    produce(0, 10);
    assertThat(run("consume", "orders", "--group", "billing", "--max", "4", "--output", "value"))
        .hasSize(4);
    assertThat(positions()).isEqualTo(4);
    assertThat(run("consume", "orders", "--group", "billing", "--max", "6", "--output", "value"))
        .hasSize(6);
    assertThat(positions()).isEqualTo(10);

    assertThat(run("group", "list").get(1)).startsWith("billing  ");
    assertThat(run("group", "describe", "billing")).anyMatch(line -> line.startsWith("orders "));
    assertThat(run("group", "reset", "billing", "--topic", "orders", "--to", "earliest"))
        .last()
        .asString()
        .contains("would set these positions", "with --apply");
    assertThat(positions()).isEqualTo(10);
    run("group", "reset", "billing", "--topic", "orders", "--to", "-1h", "--apply");
    assertThat(positions()).isZero();
    assertThat(run("group", "configure", "billing", "--offset-retention", "30d"))
        .containsExactly("positions of group billing expire after 30d");
    assertThat(run("group", "describe", "billing")).contains("retention  30d");
    assertThat(run("group", "configure", "billing", "--offset-retention", "never"))
        .containsExactly("positions of group billing never expire");
    assertThat(admin.describeGroup("billing").offsetRetention()).isEmpty();
    assertThat(run("group", "delete", "billing")).containsExactly("deleted group billing");
  }

  @Test
  void commandsTakeFromAQueueAndResetIt() {
    produce(0, 10);
    assertThat(run("consume", "orders", "--queue", "workers", "--max", "4", "--output", "value"))
        .hasSize(4);
    assertThat(run("consume", "orders", "--queue", "workers", "--max", "6", "--output", "value"))
        .hasSize(6);
    assertThat(starts()).isEqualTo(10);

    assertThat(run("group", "list")).anyMatch(line -> line.matches("workers +queue .*"));
    assertThat(run("group", "describe", "workers"))
        .contains("queue         workers", "dead letters  to topic TOPIC.dead-letters");
    assertThat(run("group", "describe", "workers", "--output", "json").get(0))
        .contains("\"isQueue\":true", "\"maxAttempts\":5");
    assertThat(run("group", "reset", "workers", "--topic", "orders", "--to", "earliest"))
        .last()
        .asString()
        .contains("would set these positions", "with --apply");
    assertThat(starts()).isEqualTo(10);
    run("group", "reset", "workers", "--topic", "orders", "--to", "earliest", "--apply");
    assertThat(starts()).isZero();
    assertThat(run("consume", "orders", "--queue", "workers", "--max", "10", "--output", "value"))
        .hasSize(10);
    assertThat(run("group", "delete", "workers")).containsExactly("deleted group workers");
  }

  private long starts() {
    return admin.describeGroup("workers").queue().orElseThrow().partitions().stream()
        .mapToLong(QueueDetails.Partition::start)
        .sum();
  }

  private List<String> run(String... command) {
    return new MillraceCommand(broker).run(command).orFail().stdoutLines();
  }
}
