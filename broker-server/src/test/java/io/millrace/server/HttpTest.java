package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class HttpTest {

  private static MillraceServer server;

  @BeforeAll
  static void startServer() {
    server = TestServers.start(Map.of());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void aServingBrokerIsLiveAndReady() {
    assertThat(get("/health/live").body()).isEqualToIgnoringNewLines("{\"status\":\"live\"}");
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.headers().firstValue("content-type")).contains("application/json");
    assertThat(ready.body())
        .matches(
            "\\{\"status\":\"ready\",\"diskFull\":false,\"usableBytes\":[0-9]+,"
                + "\"usableFiles\":([0-9]+|null),"
                + "\"failedPartitions\":\\[],\"failedGroups\":\\[],\"shortages\":\\[],\"damage\":\\[],\"failedPartitionsTotal\":0,\"damageTotal\":0,"
                + "\"findings\":\\[],\"insecureListeners\":\\[],\"problems\":\\[]}\\n");
  }

  @Test
  void anUnknownPathIsToldWhichThereAre() {
    HttpResponse<String> response = get("/");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("/health/live, /health/ready, /metrics");
  }

  @Test
  void onlyReadingIsAllowed() {
    HttpResponse<String> response =
        Metrics.send(
            Metrics.request(server, "/metrics").POST(BodyPublishers.ofString("x")).build());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET, HEAD");
  }

  @Test
  void headHasNoBody() {
    HttpResponse<String> response =
        Metrics.send(
            Metrics.request(server, "/health/live")
                .method("HEAD", BodyPublishers.noBody())
                .build());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void metricsTellWhatHappenedToATopicUntilItIsDeleted() {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("measured", 2, Map.of()), TopicResponse.class).topic();
      int sent =
          client.produce(topic.id(), 1, AckLevel.SYNCED, TestServers.batch("s", "a", "b", "c"));
      client.answerTo(sent, ProduceResponse.class);
      int refused = client.produce(topic.id(), 7, AckLevel.SYNCED, TestServers.batch("s", "a"));
      client.answerTo(refused, ErrorResponse.class);

      assertThat(get("/metrics").body())
          .contains("millrace_topic_events_in_total{topic=\"measured\"} 3.0\n")
          .contains("millrace_topic_bytes_in_total{topic=\"measured\"} ")
          .contains("millrace_topic_events_out_total{topic=\"measured\"} 0.0\n")
          .contains("millrace_topic_bytes_out_total{topic=\"measured\"} 0.0\n")
          .contains("millrace_partition_start_offset{partition=\"1\",topic=\"measured\"} 0.0\n")
          .contains("millrace_partition_durable_offset{partition=\"1\",topic=\"measured\"} 3.0\n")
          .contains("millrace_partition_end_offset{partition=\"1\",topic=\"measured\"} 3.0\n")
          .contains("millrace_partition_end_offset{partition=\"0\",topic=\"measured\"} 0.0\n")
          .contains("millrace_partition_failed{partition=\"1\",topic=\"measured\"} 0.0\n")
          .contains("millrace_partition_size_bytes{partition=\"1\",topic=\"measured\"} ")
          .contains("millrace_partition_reopenings_total 0.0\n")
          .contains("millrace_requests_refused_total{code=\"UNKNOWN_PARTITION\"} 1.0\n")
          .containsPattern("millrace_append_seconds_count [1-9]")
          .containsPattern("millrace_force_seconds_count [1-9]")
          .contains("millrace_request_seconds_count{api=\"CREATE_TOPIC\"} 1")
          .contains("millrace_request_seconds_bucket{api=\"PRODUCE\",le=\"0.001\"} ")
          .contains("millrace_connections 1.0\n")
          .containsPattern("millrace_connections_accepted_total [1-9]")
          .contains("jvm_memory_used_bytes{")
          .contains("jvm_gc_memory_allocated_bytes_total ")
          .contains("jvm_threads_live_threads ");

      client.ask(new DeleteTopicRequest("measured"), EmptyResponse.class);
      assertThat(get("/metrics").body()).doesNotContain("measured").contains("millrace_topics 0.0");
    }
  }

  @Test
  void aTopicUnderAnOldNameBeginsAnew() {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo old =
          client.ask(new CreateTopicRequest("again", 1, Map.of()), TopicResponse.class).topic();
      int sent = client.produce(old.id(), 0, AckLevel.STORED, TestServers.batch("s", "a"));
      client.answerTo(sent, ProduceResponse.class);
      assertThat(get("/metrics").body()).contains("events_in_total{topic=\"again\"} 1.0\n");

      client.ask(new DeleteTopicRequest("again"), EmptyResponse.class);
      client.ask(new CreateTopicRequest("again", 1, Map.of()), TopicResponse.class);

      assertThat(get("/metrics").body()).contains("events_in_total{topic=\"again\"} 0.0\n");
      client.ask(new DeleteTopicRequest("again"), EmptyResponse.class);
    }
  }

  private static HttpResponse<String> get(String path) {
    return Metrics.get(server, path);
  }
}
