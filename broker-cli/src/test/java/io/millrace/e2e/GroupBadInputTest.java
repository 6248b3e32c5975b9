package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.GroupConsumer;
import io.millrace.client.GroupListing;
import io.millrace.client.GroupReset;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to groups and filters that a broker must survive: a typed error, or a bounded cost. */
class GroupBadInputTest {

  private static final List<String> HOSTILE_NAMES =
      List.of(
          ".",
          "..",
          " ",
          "a ",
          "a\nb",
          "a\u0000b",
          "\u202eabc",
          "../../__groups",
          "__groups",
          "a/b\\c",
          "%2e%2e",
          "{x=\"y\"}",
          "'; --",
          "\uD83D\uDE80",
          "x".repeat(256));

  @TempDir Path directory;

  private GroupsBroker broker;
  private MillraceClient client;

  @BeforeEach
  void start() {
    broker = new GroupsBroker(directory.resolve("data"));
    client = broker.client();
    client.admin().createTopic("orders", TopicSpec.partitions(1));
    send("first");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void send(String value) {
    try (Producer producer = client.producer("orders").build()) {
      producer.send(Event.of("k", value)).join();
    }
  }

  private GroupConsumer.Builder member(String group) {
    return client.consumer("orders").group(group);
  }

  private static ErrorCode refusal(Runnable request) {
    MillraceException refused = catchThrowableOfType(MillraceException.class, request::run);
    assertThat(refused).as("a refusal").isNotNull();
    return refused.code();
  }

  /** Takes events until the last one that was sent. */
  private static List<String> readTo(GroupConsumer consumer, String last) {
    List<String> values = new ArrayList<>();
    long began = System.nanoTime();
    while (!values.contains(last)) {
      assertThat(System.nanoTime() - began).isLessThan(JavaProcess.LIMIT.toNanos());
      for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
        values.add(event.valueAsString());
      }
    }
    return values;
  }

  @Test
  void anUnknownGroupIsRefused() {
    assertThat(refusal(() -> client.admin().describeGroup("none")))
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
    assertThat(refusal(() -> client.admin().deleteGroup("none")))
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
  }

  @Test
  void aGroupWithMembersIsNeitherResetNorDeleted() {
    try (GroupConsumer consumer = member("billing").build()) {
      readTo(consumer, "first");
      consumer.commit();
      GroupReset reset = GroupReset.of("orders", StartPosition.earliest());
      assertThat(refusal(() -> client.admin().resetGroup("billing", reset)))
          .isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
      assertThat(refusal(() -> client.admin().deleteGroup("billing")))
          .isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
      assertThat(client.admin().describeGroup("billing").partitions().get(0).position())
          .hasValue(1);
    }
  }

  /** Those that are names have a position after a restart, and can be deleted. */
  @Test
  void aHostileNameIsRefusedOrIsAName() {
    List<String> names = HOSTILE_NAMES.stream().filter(this::isAName).toList();
    assertThat(client.admin().listGroups())
        .extracting(GroupListing::name)
        .containsExactlyInAnyOrderElementsOf(names);
    broker.restart();
    for (String name : names) {
      assertThat(client.admin().describeGroup(name).partitions().get(0).position())
          .as(name)
          .hasValue(1);
      client.admin().deleteGroup(name);
    }
    assertThat(client.admin().listGroups()).isEmpty();
    assertThat(client.admin().listTopics()).isNotEmpty();
  }

  /** Whether a group of this name can be used. Otherwise, its name is refused. */
  private boolean isAName(String text) {
    try (GroupConsumer consumer = member(text).build()) {
      readTo(consumer, "first");
      consumer.commit();
      return true;
    } catch (MillraceException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.INVALID_GROUP_NAME);
      return false;
    }
  }

  /** One is longer than a text of the protocol, the other than a filter. */
  @ParameterizedTest
  @CsvSource({"100000, INVALID_REQUEST", "50000, INVALID_FILTER"})
  void aLongExpressionIsRefused(int length, ErrorCode code) {
    String filter = "value == '" + "x".repeat(length) + "'";
    assertThat(
            refusal(
                () -> {
                  try (GroupConsumer consumer = member("billing").where(filter).build()) {
                    readTo(consumer, "first");
                  }
                }))
        .isEqualTo(code);
    assertThat(
            refusal(
                () -> {
                  try (Consumer consumer = client.consumer("orders").where(filter).build()) {
                    consumer.poll(JavaProcess.LIMIT);
                  }
                }))
        .isEqualTo(code);
    readWithoutFilter();
  }

  @Test
  void anExpressionThatBacktracksElsewhereTakesLinearTime() {
    send("a".repeat(100_000) + "!");
    send("last");
    try (GroupConsumer consumer =
        member("billing").where("value matches '(a+)+b' || value == 'last'").build()) {
      assertThat(readTo(consumer, "last")).containsExactly("last");
    }
  }

  @Test
  void deepJsonIsReadInBoundedTimeAndLosesNothing() {
    send("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000));
    send("{\"b\":" + "[".repeat(10_000) + "]".repeat(10_000) + ",\"x\":1}");
    send("{\"x\":1}");
    try (GroupConsumer consumer = member("billing").where("json.x == 1").build()) {
      assertThat(readTo(consumer, "{\"x\":1}")).endsWith("{\"x\":1}");
    }
    readWithoutFilter();
  }

  @Test
  void aValueOf10MegabytesIsRefusedWithTheLimit() {
    byte[] large = "x".repeat(10 << 20).getBytes(StandardCharsets.UTF_8);
    try (Producer producer = client.producer("orders").build()) {
      assertThat(
              refusal(
                  () -> {
                    try {
                      producer.send(Event.builder().value(large).build()).join();
                    } catch (CompletionException e) {
                      throw (MillraceException) e.getCause();
                    }
                  }))
          .isIn(ErrorCode.EVENT_TOO_LARGE, ErrorCode.BATCH_TOO_LARGE);
    }
    readWithoutFilter();
  }

  private void readWithoutFilter() {
    send("end");
    try (GroupConsumer consumer = member("all").build()) {
      assertThat(readTo(consumer, "end")).startsWith("first").endsWith("end");
    }
  }
}
