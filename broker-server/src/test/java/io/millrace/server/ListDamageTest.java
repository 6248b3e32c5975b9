package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DamagedRangeInfo;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.server.security.Authorizer;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForwardingLog;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** LIST_DAMAGE of an engine whose logs have 600 damaged ranges each. */
@ExtendWith(NoLeaks.class)
class ListDamageTest {

  private static final int RANGES = 600;

  /** The offsets 1, 4, 7 and so on. */
  private static final List<DamagedOffsets> DAMAGE =
      LongStream.range(0, RANGES)
          .mapToObj(i -> new DamagedOffsets(3 * i + 1, 3 * i + 2, "says the test"))
          .toList();

  private final ExecutorService completions = Executors.newSingleThreadExecutor();
  private volatile Authorizer authorizer = Authorizer.allowAll();
  private MillraceServer server;
  private WireClient client;

  @BeforeEach
  void createTopics() {
    server =
        MillraceServer.start(
            TestServers.config(new DamagedEngine(), Map.of()),
            (session, operation, resource) -> authorizer.allows(session, operation, resource));
    client = WireClient.hello(server.port());
    create("a", 2);
    create("b", 1);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    completions.shutdown();
  }

  private void create(String topic, int partitions) {
    client.ask(new CreateTopicRequest(topic, partitions, Map.of()), TopicResponse.class);
  }

  private ListDamageResponse list(String topic, int partition, long fromOffset) {
    return client.ask(
        new ListDamageRequest(topic, partition, fromOffset), ListDamageResponse.class);
  }

  @Test
  void theFirstThousandAreListedAndAllAreCounted() {
    ListDamageResponse all = list("", -1, 0);
    assertThat(all.total()).isEqualTo(3 * RANGES);
    assertThat(all.ranges()).hasSize(1000);
    assertThat(all.ranges().get(RANGES - 1))
        .isEqualTo(new DamagedRangeInfo("a", 0, 1798, 1799, "says the test"));
    assertThat(all.ranges().get(999))
        .isEqualTo(new DamagedRangeInfo("a", 1, 1198, 1199, "says the test"));

    assertThat(list("a", 1, 0).total()).isEqualTo(RANGES);
    assertThat(list("a", -1, 0).ranges()).hasSize(1000);
    assertThat(list("b", -1, 0).ranges()).hasSize(RANGES);
  }

  @Test
  void aRangeIsListedUpToItsEnd() {
    assertThat(list("b", 0, 1796).total()).isEqualTo(1);
    assertThat(list("b", 0, 1798).total()).isEqualTo(1);
    assertThat(list("b", 0, 1799).total()).isZero();
  }

  @Test
  void topicsThatMayNotBeDescribedAreLeftOut() {
    authorizer =
        (session, operation, resource) ->
            operation != Operation.DESCRIBE || !resource.name().equals("a");
    ListDamageResponse all = list("", -1, 0);
    assertThat(all.total()).isEqualTo(RANGES);
    assertThat(all.ranges()).extracting(DamagedRangeInfo::topic).containsOnly("b");
    assertThat(client.refusalOf(new ListDamageRequest("a", -1, 0)).code())
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void onePartitionOfAllTopicsIsNoQuestion() {
    for (int partition : new int[] {0, 1}) {
      assertThat(client.refusalOf(new ListDamageRequest("", partition, 0)).code())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
    assertThat(client.refusalOf(new ListDamageRequest("b", 1, 0)).code())
        .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
  }

  private final class DamagedEngine implements StorageEngine {

    @Override
    public LogStorage open(Path directory) {
      return new ForwardingStorage(new MemoryStorage(16 << 20, completions)) {
        @Override
        public CompletionStage<PartitionLog> open(
            LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
          return super.open(id, settings, replay, listener).thenApply(DamagedLog::new);
        }
      };
    }

    @Override
    public String location(Path directory) {
      return "memory, damaged by a test";
    }
  }

  private static final class DamagedLog extends ForwardingLog {

    DamagedLog(PartitionLog log) {
      super(log);
    }

    @Override
    public List<DamagedOffsets> damage() {
      return DAMAGE;
    }
  }
}
