package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogSettings;
import io.millrace.storage.TestSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSettingsTest {

  private static final TopicSettings DEFAULTS =
      new TopicSettings(Duration.ZERO, 0, TestSettings.segmentBytes(128 << 20));

  private static final List<String> ENGINE_NAMES = List.of("segmentBytes");

  @ParameterizedTest
  @CsvSource({
    "7d, 604800000",
    "12h, 43200000",
    "30m, 1800000",
    "90s, 90000",
    "500ms, 500",
    "unlimited, 0"
  })
  void aTimeIsReadAndWrittenBack(String text, long millis) {
    TopicSettings settings = DEFAULTS.with(Map.of("retentionTime", text), ENGINE_NAMES);
    assertThat(settings.retentionTime()).isEqualTo(Duration.ofMillis(millis));
    assertThat(settings.toMap()).containsEntry("retentionTime", text);
  }

  @ParameterizedTest
  @CsvSource({
    "10GiB, 10737418240",
    "64MiB, 67108864",
    "4KiB, 4096",
    "1000B, 1000",
    "2TiB, 2199023255552",
    "unlimited, 0"
  })
  void aSizeIsReadAndWrittenBack(String text, long bytes) {
    TopicSettings settings = DEFAULTS.with(Map.of("retentionBytes", text), ENGINE_NAMES);
    assertThat(settings.retentionBytes()).isEqualTo(bytes);
    assertThat(settings.toMap()).containsEntry("retentionBytes", text);
  }

  @Test
  void theShortestUnitIsWritten() {
    TopicSettings settings =
        DEFAULTS.with(Map.of("retentionTime", "48h", "retentionBytes", "2048MiB"), ENGINE_NAMES);
    assertThat(settings.toMap())
        .containsEntry("retentionTime", "2d")
        .containsEntry("retentionBytes", "2GiB")
        .containsEntry("segmentBytes", "128MiB");
    assertThat(DEFAULTS.with(settings.toMap(), ENGINE_NAMES)).isEqualTo(settings);
  }

  @ParameterizedTest
  @CsvSource({
    "retentionTime, 0d",
    "retentionTime, -1d",
    "retentionTime, 1.5d",
    "retentionTime, 7",
    "retentionTime, d",
    "retentionTime, 36501d",
    "retentionTime, 999999999999999999d",
    "retentionTime, 1000000000000000000000d",
    "retentionBytes, 0",
    "retentionBytes, -1",
    "retentionBytes, 10GB",
    "retentionBytes, 9999999999TiB"
  })
  void aValueThatIsNotAllowedIsRefusedWithTheRange(String name, String value) {
    assertRefused(
            ErrorCode.INVALID_TOPIC_SETTING, () -> DEFAULTS.with(Map.of(name, value), ENGINE_NAMES))
        .contains(name, "'" + value + "'", "expected", "such as");
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    assertRefused(
            ErrorCode.INVALID_TOPIC_SETTING,
            () -> DEFAULTS.with(Map.of("retention.time", "1d"), ENGINE_NAMES))
        .contains("'retention.time'", "did you mean 'retentionTime'?", "segmentBytes");
  }

  @Test
  void aSettingOfTheEngineIsKeptAsItIs() {
    TopicSettings settings =
        DEFAULTS.with(Map.of("replicas", "three"), List.of("segmentBytes", "replicas"));
    assertThat(settings.toMap())
        .containsExactly(
            entry("retentionTime", "unlimited"),
            entry("retentionBytes", "unlimited"),
            entry("replicas", "three"),
            entry("segmentBytes", "128MiB"));
  }

  @Test
  void theConstructorChecksToo() {
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING,
        () -> new TopicSettings(Duration.ofNanos(1), 0, LogSettings.NONE));
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING,
        () -> new TopicSettings(Duration.ZERO, -1, LogSettings.NONE));
  }
}
