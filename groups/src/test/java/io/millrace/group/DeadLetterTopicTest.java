package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueWish;
import io.millrace.protocol.ErrorCode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Where the dead letters of a queue cannot go. */
class DeadLetterTopicTest {

  private static final ConsumerSession A = new ConsumerSession(new UUID(1, 1), 1);
  private static final ConsumerSession B = new ConsumerSession(new UUID(2, 2), 2);

  private final TestGroups groups = TestGroups.withTopic("orders", 2);

  private static QueueWish wish(DeadLetterRule rule) {
    return new QueueWish(
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(rule),
        Optional.empty());
  }

  private Reply open(ConsumerSession session, String topic, QueueWish wish) {
    UUID id = groups.partition(topic, 0).topicId();
    long all = Command.OpenQueue.KEEP_ALL;
    return groups.send(new Command.OpenQueue("q", session, id, "client", "host", all, wish));
  }

  private static void assertRefused(Reply reply, ErrorCode code) {
    assertThat(reply).isInstanceOf(Reply.Refusal.class);
    assertThat(((Reply.Refusal) reply).error()).isEqualTo(code);
    assertThat(((Reply.Refusal) reply).message()).contains("name ").contains("dead-letter topic");
  }

  @Test
  void deadLettersNeverGoToATopicOfTheQueue() {
    groups.topic("failed", 1);
    groups.topic("orders.dead-letters", 1);
    QueueWish toFailed = wish(new DeadLetterRule("failed", false));
    assertRefused(open(A, "failed", toFailed), ErrorCode.INVALID_REQUEST);
    assertThat(open(A, "orders", toFailed)).isInstanceOf(Reply.QueueOpened.class);
    assertRefused(open(B, "failed", QueueWish.NONE), ErrorCode.INVALID_REQUEST);
    groups.send(new Command.CloseQueue("q", A));
    assertRefused(open(B, "failed", QueueWish.NONE), ErrorCode.INVALID_REQUEST);
    QueueWish byName = wish(DeadLetterRule.DEFAULT_TOPIC);
    assertThat(open(B, "failed", byName)).isInstanceOf(Reply.QueueOpened.class);
    assertRefused(open(A, "orders", toFailed), ErrorCode.INVALID_REQUEST);
    assertThat(open(A, "orders", QueueWish.NONE)).isInstanceOf(Reply.QueueOpened.class);
    ConsumerSession third = new ConsumerSession(new UUID(3, 3), 3);
    assertThat(open(third, "orders.dead-letters", QueueWish.NONE))
        .isInstanceOf(Reply.QueueOpened.class);
  }

  @Test
  void aQueueWhoseDeadLettersCouldNotBeWrittenIsRefused() {
    String longest = "x".repeat(249 - ".dead-letters".length());
    groups.topic(longest, 1);
    groups.topic(longest + "y", 1);
    assertThat(open(A, longest, QueueWish.NONE)).isInstanceOf(Reply.QueueOpened.class);
    assertRefused(open(B, longest + "y", QueueWish.NONE), ErrorCode.INVALID_TOPIC_NAME);
    QueueWish named = wish(new DeadLetterRule("failed", false));
    assertThat(open(B, longest + "y", named)).isInstanceOf(Reply.QueueOpened.class);
    QueueWish byName = wish(DeadLetterRule.DEFAULT_TOPIC);
    assertRefused(open(A, longest, byName), ErrorCode.INVALID_TOPIC_NAME);
    QueueWish discarding = wish(DeadLetterRule.DISCARD);
    assertThat(open(A, longest, discarding)).isInstanceOf(Reply.QueueOpened.class);
  }
}
