package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that begin frames and do not finish them neither use up memory nor keep others out. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class UnfinishedFramesTest {

  private static final String UNFINISHED = "millrace_connections_unfinished_bytes";
  private static final int LARGEST_BATCH_BYTES = 63 << 20;

  @Test
  void aFrameThatIsNotFinishedInTimeEndsItsConnection() {
    try (MillraceServer server = TestServers.start(Map.of("connections.frameTimeout", "200ms"));
        WireClient client = WireClient.hello(server.port())) {
      client.ask(new PingRequest(), EmptyResponse.class);
      client.sendRaw(new byte[] {100, 0, 0, 0, 0, 1});

      GoAwayPush goAway = client.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.SLOW_WRITER);
      assertThat(goAway.message()).contains("200ms", "connections.frameTimeout");
    }
  }

  @Test
  void aProducerOfLargeFramesGetsMemoryThatOthersDoNotUse() {
    List<WireClient> slow = new ArrayList<>();
    try (MillraceServer server =
            TestServers.start(
                Map.of(
                    "limits.maxEventBytes", "4MiB",
                    "limits.maxBatchBytes", LARGEST_BATCH_BYTES + "B",
                    "connections.frameTimeout", "1d"));
        WireClient producer = WireClient.hello(server.port())) {
      TopicInfo topic =
          producer.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      long most = Math.max(PlatformDependent.maxDirectMemory() / 4, 64L << 20);
      for (long claimed = 0; claimed <= most; claimed += LARGEST_BATCH_BYTES) {
        WireClient client = WireClient.hello(server.port());
        client.sendRaw(beginOfFrame(LARGEST_BATCH_BYTES));
        slow.add(client);
      }
      // One address takes at most three quarters of it.
      Metrics.await(server, UNFINISHED, bytes -> bytes > most / 2.0 - LARGEST_BATCH_BYTES);
      assertThat(Metrics.value(server, UNFINISHED)).isLessThanOrEqualTo(most);

      ByteBuffer batch = TestServers.batch("s", "x".repeat(900_000));
      for (int i = 0; i < 10; i++) {
        int sent = producer.produce(topic.id(), 0, AckLevel.STORED, batch.duplicate());
        producer.answerTo(sent, ProduceResponse.class);
      }

      assertThat(slow.get(0).goAway().code()).isEqualTo(ErrorCode.SLOW_WRITER);
    } finally {
      slow.forEach(WireClient::close);
    }
  }

  private static byte[] beginOfFrame(int bytes) {
    return ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes).array();
  }
}
