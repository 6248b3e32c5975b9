package io.millrace.embedded;

import static io.millrace.embedded.EmbeddedBrokerTest.LONG;
import static io.millrace.embedded.EmbeddedBrokerTest.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Admin;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupDetails;
import io.millrace.client.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Groups of an embedded broker. */
class EmbeddedGroupsTest {

  private static final Duration STEP = Duration.ofMillis(20);

  private static GroupConsumer member(EmbeddedBroker broker) {
    return broker.client().consumer("rides").group("billing").build();
  }

  /** The values of the next events. */
  private static List<String> take(int count, GroupConsumer consumer) {
    List<String> values = new ArrayList<>();
    Awaitility.await()
        .atMost(LONG)
        .until(
            () -> {
              consumer.poll(STEP).stream().map(ConsumedEvent::valueAsString).forEach(values::add);
              return values.size() >= count;
            });
    return values;
  }

  private static void takeAndCommit(int count, EmbeddedBroker broker) {
    try (GroupConsumer consumer = member(broker)) {
      assertThat(take(count, consumer)).hasSize(count);
      consumer.commit();
    }
  }

  @Test
  void aTopicThatIsCreatedAgainHasNoPositions() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      Admin admin = broker.client().admin();
      send(broker, "rides", "old 1");
      send(broker, "rides", "old 2");
      takeAndCommit(2, broker);
      admin.deleteTopic("rides");
      admin.createTopic("rides", TopicSpec.defaults());
      for (int i = 1; i <= 3; i++) {
        send(broker, "rides", "new " + i);
      }

      try (GroupConsumer consumer = member(broker)) {
        assertThat(take(3, consumer)).containsExactly("new 1", "new 2", "new 3");
      }
    }
  }

  @Test
  void aMemberContinuesInTheTopicThatIsCreatedAgain() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start();
        GroupConsumer consumer = member(broker)) {
      Admin admin = broker.client().admin();
      send(broker, "rides", "old 1");
      send(broker, "rides", "old 2");
      assertThat(take(2, consumer)).hasSize(2);
      consumer.commit();
      admin.deleteTopic("rides");
      admin.createTopic("rides", TopicSpec.defaults());
      send(broker, "rides", "new 1");
      send(broker, "rides", "new 2");

      assertThat(take(2, consumer)).containsExactly("new 1", "new 2");
      consumer.commit();
      assertThat(admin.describeGroup("billing").partitions())
          .singleElement()
          .satisfies(each -> assertThat(each.position()).hasValue(2));
    }
  }

  @Test
  void aResetDeletesGroupsAlsoThoseWithMembers() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      send(broker, "rides", "1");
      takeAndCommit(1, broker);
      broker.client().consumer("rides").group("left over").build();
      assertThat(broker.describe())
          .contains("group billing: members=0 lag=0", "group left over: members=1");

      broker.reset();

      assertThat(broker.client().admin().listGroups()).isEmpty();
      send(broker, "rides", "2");
      takeAndCommit(1, broker);
    }
  }

  @Test
  void aResetWithoutGroupsCreatesNoneOfTheirLogs() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      broker.reset();
      assertThat(broker.describe()).doesNotContain("group");
    }
  }

  @Test
  void theRetentionOfPositionsFollowsTheClock() {
    ManualClock clock = ManualClock.startingNow();
    try (EmbeddedBroker broker = EmbeddedBroker.builder().clock(clock).topic("rides").start()) {
      Admin admin = broker.client().admin();
      send(broker, "rides", "1");
      takeAndCommit(1, broker);
      admin.configureGroup("billing", Duration.ofDays(30));
      clock.advance(Duration.ofDays(29));
      broker.restart();
      assertThat(admin.describeGroup("billing").partitions()).hasSize(1);

      clock.advance(Duration.ofDays(2));
      broker.restart(); // the broker looks at once after a start, and then once a minute
      Awaitility.await().atMost(LONG).until(() -> admin.listGroups().isEmpty());
    }
  }

  @Test
  void lagTimesFollowTheClockAndSessionsTheMachine() {
    ManualClock clock = ManualClock.startingNow();
    try (EmbeddedBroker broker = EmbeddedBroker.builder().clock(clock).topic("rides").start();
        GroupConsumer consumer =
            broker
                .client()
                .consumer("rides")
                .group("billing")
                .sessionTimeout(Duration.ofMinutes(30))
                .maxProcessingTime(Duration.ofMinutes(30))
                .build()) {
      send(broker, "rides", "1");
      take(1, consumer);
      String member = consumer.memberId();
      clock.advance(Duration.ofDays(1));
      send(broker, "rides", "2"); // the group has heard of the time

      GroupDetails group = broker.client().admin().describeGroup("billing");
      assertThat(group.members())
          .extracting(GroupDetails.Member::id)
          .containsExactly(member.substring(0, 8));
      assertThat(group.partitions().get(0).lag().time()).isEqualTo(Duration.ofDays(1));
      consumer.commit();
      assertThat(consumer.memberId()).isEqualTo(member);
    }
  }
}
