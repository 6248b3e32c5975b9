package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the examples of docs/groups.md, which are the marked regions of this file. */
class GroupsPageTest extends BrokerTest {

  private static final Path PAGE = Path.of("../docs/groups.md");
  private static final Path THIS = Path.of("src/test/java/io/millrace/client/GroupsPageTest.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// begin: (\\w+)\n(.*?)\n *// end", Pattern.DOTALL);

  private final List<String> log = new ArrayList<>();
  private final List<ConsumedEvent> billed = Collections.synchronizedList(new ArrayList<>());
  private GroupConsumer processing;

  @BeforeEach
  void makeTopic() {
    broker.topic("orders", 2);
    try (Producer producer = client().producer("orders").build()) {
      for (int i = 0; i < 20; i++) {
        producer.send(Event.of("k" + i, "v" + i));
      }
    }
  }

  private void bill(ConsumedEvent event) {
    billed.add(event);
    if (processing != null && billed.size() == 20) {
      processing.wakeup();
    }
  }

  private boolean running() {
    return billed.size() < 20;
  }

  private static boolean isLarge(ConsumedEvent event) {
    return event.offset() % 3 == 0;
  }

  private void log(String line) {
    log.add(line);
  }

  @Test
  void pageHasTheCodeOfThisTest() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher examples = EXAMPLE.matcher(Files.readString(PAGE));
    while (examples.find()) {
      shown.put(examples.group(1), examples.group(2).strip());
    }
    Map<String, String> run = new TreeMap<>();
    Matcher regions = REGION.matcher(Files.readString(THIS));
    while (regions.find()) {
      run.put(regions.group(1), regions.group(2).stripIndent().strip());
    }
    assertThat(shown).isNotEmpty().isEqualTo(run);
  }

  @Test
  void poll() {
    MillraceClient client = client();
    // begin: poll
    try (GroupConsumer consumer = client.consumer("orders").group("billing").build()) {
      while (running()) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          bill(event);
        }
      }
    }
    // end
    assertThat(billed).hasSize(20);
  }

  @Test
  void topics() {
    MillraceClient client = client();
    // begin: topics
    GroupConsumer consumer =
        client.groupConsumer("audit").topics("orders", "payments").pattern("orders.*").build();
    // end
    broker.topic("orders.eu", 1);
    GroupConsumerTest.until(
        () -> {
          consumer.poll(Duration.ofMillis(20));
          return consumer.partitions().contains(new GroupPartition("orders.eu", 0));
        });
    consumer.close();
  }

  @Test
  void commit() {
    MillraceClient client = client();
    GroupConsumer consumer = client.consumer("orders").group("billing").build();
    GroupConsumerTest.until(
        () -> {
          // begin: commit
          for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
            bill(event);
            if (isLarge(event)) {
              consumer.commit(event); // later events of this poll stay unfinished
            }
          }
          consumer.commit();
          // end
          return !running();
        });
    consumer.close();
  }

  @Test
  void listener() {
    MillraceClient client = client();
    // begin: listener
    RebalanceListener listener =
        new RebalanceListener() {
          @Override
          public void assigned(SortedSet<GroupPartition> partitions) {
            log("reads " + partitions);
          }

          @Override
          public void revoked(SortedSet<GroupPartition> partitions) {
            log("gives up " + partitions); // still the owner; commits after this call
          }

          @Override
          public void lost(SortedSet<GroupPartition> partitions) {
            log("another member may read " + partitions);
          }
        };
    GroupConsumer consumer = client.consumer("orders").group("billing").listener(listener).build();
    // end
    consumer.poll(LONG);
    consumer.close();
    assertThat(log).containsExactly("reads [orders-0, orders-1]", "gives up [orders-0, orders-1]");
  }

  @Test
  void process() {
    processing = client().consumer("orders").group("billing").build();
    GroupConsumer consumer = processing;
    // begin: process
    consumer.process(
        event -> bill(event),
        ProcessOptions.of(8, ProcessOptions.Ordering.KEY)
            .maxInFlight(500, 8 << 20)
            .retry(5, Duration.ofMillis(100), Duration.ofSeconds(5)));
    // end
    consumer.close();
    assertThat(billed).hasSize(20);
  }

  @Test
  void admin() {
    try (GroupConsumer consumer = client().consumer("orders").group("billing").build()) {
      GroupConsumerTest.take(consumer, 20);
      consumer.commit();
    }
    Admin admin = client().admin();
    // begin: admin
    for (GroupListing group : admin.listGroups()) {
      log(group.name() + " has " + group.members() + " members");
    }
    for (GroupDetails.Partition each : admin.describeGroup("billing").partitions()) {
      log(each.topic() + "-" + each.partition() + " " + each.lag().reason());
    }
    GroupReset toYesterday =
        GroupReset.of("orders", StartPosition.timestamp(Instant.now().minus(Duration.ofDays(1))));
    for (PositionChange change : admin.previewReset("billing", toYesterday)) {
      log("partition " + change.partition() + " to " + change.after());
    }
    admin.resetGroup("billing", toYesterday); // the group must have no members
    admin.configureGroup("billing", Duration.ofDays(30)); // forget positions after 30 days
    admin.deleteGroup("billing");
    // end
    assertThat(log).contains("billing has 0 members", "partition 1 to 0");
    assertThat(thrownBy(() -> admin.describeGroup("billing")).code())
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
  }
}
