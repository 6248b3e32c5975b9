package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.group.Command;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberSubscription;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A group whose state does not fit into an event, beside others of the same partition. */
class GroupTooLargeTest {

  private static final BatchLimits SMALL = new BatchLimits(1_000, 1 << 20, 1 << 20);
  private static final int TOO_MANY_PARTITIONS = 300;
  private static final long SHORT_SESSION_MICROS = 100_000;
  private static final long SESSION_MICROS = 3_600_000_000L;

  private final TestBroker test = new TestBroker(Engine.MEMORY, TestBroker.withLimits(SMALL));

  @AfterEach
  void close() {
    test.close();
  }

  private Reply ask(Command.OfGroup command) {
    CompletableFuture<Reply> future = test.broker.groups().submit(command);
    test.owner.runUntilDone(future);
    return Await.result(future);
  }

  private void join(String group, long sessionMicros, MemberSubscription subscription) {
    Reply reply =
        ask(
            new Command.Join(
                group,
                "m",
                new MemberSettings("", "client", "host", sessionMicros, 0),
                subscription,
                Optional.empty()));
    assertThat(reply).isInstanceOf(Reply.Assignment.class);
  }

  /** Another group with the same partition of the log of groups. */
  private static String neighbourOf(String group) {
    for (int i = 0; ; i++) {
      if (GroupCoordinator.shardOf("g" + i) == GroupCoordinator.shardOf(group)) {
        return "g" + i;
      }
    }
  }

  @Test
  void theSessionsOfOtherGroupsEnd() {
    test.topic("rides");
    String other = neighbourOf("large");
    join("large", SESSION_MICROS, new MemberSubscription(1, List.of(), "p*"));
    join(other, SHORT_SESSION_MICROS, MemberSubscription.of("rides"));
    List<Reply> news = new ArrayList<>();
    test.broker.groups().listen(other, "m", notice -> news.add(notice.news()));
    test.createTopic("p1", TOO_MANY_PARTITIONS, Map.of());

    test.owner.runUntil(() -> !news.isEmpty());

    assertThat(((Reply.Refusal) news.get(0)).error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    Reply.Description large = (Reply.Description) ask(new Command.Describe("large"));
    assertThat(large.members()).as("the large group has its member").hasSize(1);
  }

  @Test
  void aRequestThatMakesTheGroupTooLargeIsRefused() {
    test.createTopic("p1", TOO_MANY_PARTITIONS, Map.of());
    Command.Join join =
        new Command.Join(
            "large",
            "m",
            new MemberSettings("", "client", "host", SESSION_MICROS, 0),
            MemberSubscription.of("p1"),
            Optional.empty());
    assertThatThrownBy(() -> ask(join))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
              assertThat(e).hasMessageContaining("'large'").hasMessageContaining("limit is 1000");
            });
  }
}
