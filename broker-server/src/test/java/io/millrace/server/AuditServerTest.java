package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.server.security.TestAuthorizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a server writes to the audit log, and to its topic. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class AuditServerTest {

  @TempDir Path directory;

  private final Logger logger =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("millrace.audit");
  private final Lines lines = new Lines();

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      all.add(event.getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private static TopicInfo create(WireClient client, String name) {
    return client.ask(new CreateTopicRequest(name, 1, Map.of()), TopicResponse.class).topic();
  }

  private List<String> linesWith(String text) {
    return lines.all.stream().filter(line -> line.contains(text)).toList();
  }

  @Test
  void eachChangeIsALineAndReadsAreNot() {
    try (MillraceServer server = TestServers.start(Map.of("audit.enabled", "on"));
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic = create(client, "rides");
      client.answerTo(
          client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "a")),
          ProduceResponse.class);
      client.ask(new DescribeTopicRequest("rides"), TopicResponse.class);
      client.ask(
          new AlterTopicRequest("rides", Map.of("retentionTime", "7d")), TopicResponse.class);
      client.ask(new AddPartitionsRequest("rides", 2), TopicResponse.class);
      client.ask(
          new DeleteEventsRequest(topic.id(), List.of(new DeletionBound(0, 1))),
          DeleteEventsResponse.class);
      client.refusalOf(new CreateTopicRequest("rides", 1, Map.of()));
      client.ask(new DeleteTopicRequest("rides"), EmptyResponse.class);
    }
    assertThat(lines.all).hasSize(8);
    assertThat(lines.all.get(0)).contains("\"operation\":\"start\"", "native 127.0.0.1:");
    assertThat(lines.all.get(1))
        .contains(
            "\"operation\":\"create\",\"resource\":\"topic:rides\",\"result\":\"allowed\"",
            "\"principal\":\"anonymous\"",
            "\"address\":\"127.0.0.1:",
            "\"clientId\":\"test-client\"",
            "partitions=1");
    assertThat(lines.all.get(2)).contains("\"alter\"", "settings={retentionTime=7d}");
    assertThat(lines.all.get(3)).contains("\"addPartitions\"", "partitions=2");
    assertThat(lines.all.get(4))
        .contains("\"operation\":\"deleteEvents\",\"resource\":\"topic:rides\"", "beforeOffset=1");
    assertThat(lines.all.get(5))
        .contains("\"create\"", "\"failed\",\"code\":\"TOPIC_EXISTS\"", "topic 'rides' exists");
    assertThat(lines.all.get(6)).contains("\"operation\":\"delete\"");
    assertThat(lines.all.get(7)).contains("\"operation\":\"stop\"");
  }

  @Test
  void denialsOfRequestsAreLinesAndThoseOfListsAreNot() {
    TestAuthorizer authorizer =
        (session, operation, resource) ->
            operation == Operation.CREATE
                || operation == Operation.DESCRIBE && resource.name().equals("rides");
    try (MillraceServer server =
            MillraceServer.start(TestServers.config(Map.of("audit.enabled", "on")), authorizer);
        WireClient client = WireClient.hello(server.port())) {
      create(client, "rides");
      create(client, "secret");
      assertThat(client.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics()).hasSize(1);
      assertThat(client.refusalOf(new DeleteTopicRequest("secret")).code())
          .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      for (int i = 0; i < 5; i++) {
        assertThat(client.refusalOf(new DeleteTopicRequest("rides")).code())
            .isEqualTo(ErrorCode.NOT_AUTHORIZED);
      }
      assertThat(Metrics.get(server, "/health/live").statusCode()).isEqualTo(200);
    }
    assertThat(linesWith("\"denied\"")).hasSize(3);
    assertThat(linesWith("\"denied\"").get(0))
        .as("the client must not know that the topic exists, and the audit log does")
        .contains("\"resource\":\"topic:secret\"", "\"code\":\"NOT_AUTHORIZED\"");
    assertThat(linesWith("\"denied\"").get(1))
        .contains(
            "\"operation\":\"delete\",\"resource\":\"topic:rides\",\"result\":\"denied\","
                + "\"code\":\"NOT_AUTHORIZED\",\"principal\":\"anonymous\"",
            "\"times\":1}");
    assertThat(linesWith("\"denied\"").get(2)).contains("\"times\":4}");
    assertThat(linesWith("\"failed\"")).isEmpty();
  }

  @Test
  void theFirstAccessesOfAConnectionAreLines() {
    try (MillraceServer server =
            TestServers.start(Map.of("audit.enabled", "on", "audit.data", "firstPerConnection"));
        WireClient client = WireClient.hello(server.port());
        WireClient other = WireClient.hello(server.port())) {
      TopicInfo topic = create(client, "rides");
      for (int i = 0; i < 3; i++) {
        client.answerTo(
            client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "a")),
            ProduceResponse.class);
      }
      other.ask(subscribe(1, topic), SubscribeResponse.class);
      other.ask(subscribe(2, topic), SubscribeResponse.class);
    }
    assertThat(linesWith("\"operation\":\"write\",\"resource\":\"topic:rides\"")).hasSize(1);
    assertThat(linesWith("\"operation\":\"read\",\"resource\":\"topic:rides\"")).hasSize(1);
  }

  private static SubscribeRequest subscribe(int id, TopicInfo topic) {
    return new SubscribeRequest(
        id, topic.id(), 0, StartKind.LATEST, 0, IsolationLevel.DURABLE, 1, List.of());
  }

  @Test
  void theTopicHasTheSameLinesAndIsNotListed() throws Exception {
    Map<String, String> settings = Map.of("audit.enabled", "on", "audit.topic", "on");
    try (MillraceServer server = TestServers.start("mapped", directory.resolve("data"), settings);
        WireClient client = WireClient.hello(server.port())) {
      create(client, "rides");
      assertThat(client.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics())
          .extracting(TopicInfo::name)
          .containsExactly("rides");
      TopicInfo audit =
          client.ask(new DescribeTopicRequest("__audit"), TopicResponse.class).topic();
      client.produce(audit.id(), 0, AckLevel.STORED, TestServers.batch("s", "forged"));
      assertThat(((ErrorResponse) client.receive().response()).code())
          .isEqualTo(ErrorCode.INVALID_TOPIC_NAME);
    }
    try (MillraceServer server = TestServers.start("mapped", directory.resolve("data"), settings)) {
      assertThat(server.broker().topic("__audit").partitions().get(0).offsets().end())
          .as("start, create and stop of the first run")
          .isGreaterThanOrEqualTo(3);
      assertThat(Metrics.get(server, "/metrics").body())
          .contains("millrace_audit_events_total{result=\"allowed\"} 1.0")
          .contains("millrace_audit_dropped_total{target=\"log\"} 0.0");
    }
    assertThat(directory.resolve("data/audit/reserve")).hasSize(16 << 20);
    assertThat(Files.exists(directory.resolve("data/audit/audit.log")))
        .as("the log configuration of the test has no such file")
        .isFalse();
  }

  @Test
  void anEngineInMemoryMakesNoFiles() {
    Path none = directory.resolve("none");
    try (MillraceServer server =
        TestServers.start(Map.of("audit.enabled", "on", "dataDir", none.toString()))) {
      assertThat(server.port()).isPositive();
    }
    assertThat(none).doesNotExist();
    assertThat(lines.all).hasSize(2);
  }
}
