package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.SourceInfo;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(300)
class SourcesTest {

  /** The most that a topic can have, which is more than the scans that run at the same time. */
  private static final int PARTITIONS = 1024;

  @Test
  void theSourcesOfAllPartitionsAreListed() {
    try (MillraceServer server = TestServers.start(Map.of("storage.readerThreads", "1"));
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client
              .ask(new CreateTopicRequest("t", PARTITIONS, Map.of()), TopicResponse.class)
              .topic();
      for (int partition : new int[] {0, 500, PARTITIONS - 1}) {
        int sent =
            client.produce(
                topic.id(), partition, AckLevel.SYNCED, TestServers.batch("everywhere", "v", "v"));
        client.answerTo(sent, ProduceResponse.class);
      }
      int sent = client.produce(topic.id(), 7, AckLevel.SYNCED, TestServers.batch("in one", "v"));
      client.answerTo(sent, ProduceResponse.class);

      for (boolean exact : new boolean[] {false, true}) {
        ListSourcesResponse listed =
            client.answerTo(
                client.send(
                    ListSourcesResponse.SUMMARY_SINCE,
                    new ListSourcesRequest(topic.id(), IsolationLevel.DURABLE, exact)),
                ListSourcesResponse.class);

        long at = TestServers.NOW_MICROS;
        assertThat(listed.sources())
            .extracting(
                SourceInfo::source,
                SourceInfo::count,
                SourceInfo::firstSeenMicros,
                SourceInfo::lastSeenMicros,
                SourceInfo::lastSequence)
            .containsExactly(
                tuple("everywhere", 6L, at, at, -1L), tuple("in one", 1L, at, at, -1L));
        assertThat(listed.positions()).hasSize(PARTITIONS).startsWith(2L, 0L);
        assertThat(listed.otherEvents()).isZero();
        SourceInfo everywhere = listed.sources().get(0);
        assertThat(everywhere.lastAppendMicros()).isPositive();
        assertThat(everywhere.milliEventsPerSecond()).isPositive();
        assertThat(everywhere.maxSkewMicros()).isEqualTo(everywhere.lastAppendMicros() - at);
      }
    }
  }

  @Test
  void earlierVersionsScanAndHaveTheirLayout() {
    try (MillraceServer server = TestServers.start(Map.of());
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      int sent = client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v", "v"));
      client.answerTo(sent, ProduceResponse.class);
      long at = TestServers.NOW_MICROS;
      for (int version = 1; version < ListSourcesResponse.SUMMARY_SINCE; version++) {
        sent =
            client.send(version, new ListSourcesRequest(topic.id(), IsolationLevel.DURABLE, false));
        assertThat(client.answerTo(sent, ListSourcesResponse.class))
            .isEqualTo(
                new ListSourcesResponse(
                    List.of(new SourceInfo("s", 2, at, at)), List.of(), 0, 0, List.of()));
      }
    }
  }
}
