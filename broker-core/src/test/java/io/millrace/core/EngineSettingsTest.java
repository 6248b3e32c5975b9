package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import io.millrace.storage.memory.MemoryStorage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A topic setting of an engine needs no change of the broker. */
class EngineSettingsTest {

  private final ManualOwner owner = new ManualOwner(() -> {});
  private final ReplicatingStorage storage = new ReplicatingStorage(new MemoryStorage(64 << 20));
  private Broker broker = start();

  private Broker start() {
    return TestBroker.open(storage, owner);
  }

  @AfterEach
  void close() {
    owner.runAside(broker::close);
  }

  private Topic create(Map<String, String> settings) {
    return Await.result(broker.createTopic("rides", 1, settings));
  }

  @Test
  void aTopicKeepsItAsTheEngineWritesIt() {
    create(Map.of("replicas", "03"));
    Await.result(broker.alterTopic("rides", Map.of("retentionBytes", "1GiB")));
    close();
    broker = start();
    assertThat(broker.topic("rides").settings().toMap())
        .containsExactly(
            entry("retentionTime", "unlimited"),
            entry("retentionBytes", "1GiB"),
            entry("replicas", "3"));
    assertThat(storage.opened).hasSize(2).containsOnly(new LogSettings(Map.of("replicas", "3")));
  }

  @Test
  void aDefaultThatTheEngineDoesNotReadIsNotOfTheTopic() {
    assertThat(create(Map.of()).settings().logSettings()).isEqualTo(LogSettings.NONE);
  }

  @Test
  void otherNamesAreRefusedWithTheNearest() {
    assertRefused(ErrorCode.INVALID_TOPIC_SETTING, () -> create(Map.of("replica", "3")))
        .isEqualTo(
            "there is no topic setting 'replica'; did you mean 'replicas'?; the settings are"
                + " retentionTime, retentionBytes, replicas");
    assertRefused(ErrorCode.INVALID_TOPIC_SETTING, () -> create(Map.of("segmentBytes", "1MiB")))
        .contains("'segmentBytes'");
  }

  @Test
  void aValueThatTheEngineRefusesIsRefused() {
    assertRefused(ErrorCode.INVALID_TOPIC_SETTING, () -> create(Map.of("replicas", "many")))
        .contains("'many'");
  }

  /** An engine whose only setting is a number. */
  private static final class ReplicatingStorage extends ForwardingStorage {

    final List<LogSettings> opened = new CopyOnWriteArrayList<>();

    ReplicatingStorage(LogStorage inner) {
      super(inner);
    }

    @Override
    public List<String> settingNames() {
      return List.of("replicas");
    }

    @Override
    public LogSettings check(LogSettings settings) {
      String replicas = settings.values().get("replicas");
      if (replicas == null) {
        return LogSettings.NONE;
      }
      try {
        return new LogSettings(Map.of("replicas", Integer.toString(Integer.parseInt(replicas))));
      } catch (NumberFormatException e) {
        throw new StorageException(
            ErrorCode.INVALID_TOPIC_SETTING, "'" + replicas + "' is not a number", e);
      }
    }

    @Override
    public CompletionStage<PartitionLog> open(
        LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
      opened.add(settings);
      return super.open(id, settings, replay, listener);
    }
  }
}
