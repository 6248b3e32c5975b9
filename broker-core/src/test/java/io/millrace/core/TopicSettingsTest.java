package io.millrace.core;

import static io.millrace.core.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSettingsTest {

  private static final TopicSettings DEFAULTS = new TopicSettings(Duration.ZERO, 0, 128 << 20);

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
    TopicSettings settings = DEFAULTS.with(Map.of("retentionTime", text));
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
    TopicSettings settings = DEFAULTS.with(Map.of("retentionBytes", text));
    assertThat(settings.retentionBytes()).isEqualTo(bytes);
    assertThat(settings.toMap()).containsEntry("retentionBytes", text);
  }

  @Test
  void theShortestUnitIsWritten() {
    TopicSettings settings =
        DEFAULTS.with(Map.of("retentionTime", "48h", "retentionBytes", "2048MiB"));
    assertThat(settings.toMap())
        .containsEntry("retentionTime", "2d")
        .containsEntry("retentionBytes", "2GiB")
        .containsEntry("segmentBytes", "128MiB");
    assertThat(DEFAULTS.with(settings.toMap())).isEqualTo(settings);
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
    "retentionBytes, 9999999999TiB",
    "segmentBytes, 0",
    "segmentBytes, 2GiB",
    "segmentBytes, 4GiB",
    "segmentBytes, unlimited"
  })
  void aValueThatIsNotAllowedIsRefusedWithTheRange(String name, String value) {
    assertRefused(ErrorCode.INVALID_TOPIC_SETTING, () -> DEFAULTS.with(Map.of(name, value)))
        .contains(name, "'" + value + "'", "expected", "such as");
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    assertRefused(
            ErrorCode.INVALID_TOPIC_SETTING, () -> DEFAULTS.with(Map.of("retention.time", "1d")))
        .contains("'retention.time'", "did you mean 'retentionTime'?", "segmentBytes");
  }

  @Test
  void theConstructorChecksToo() {
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING, () -> new TopicSettings(Duration.ofNanos(1), 0, 1 << 20));
    assertRefused(
        ErrorCode.INVALID_TOPIC_SETTING, () -> new TopicSettings(Duration.ZERO, -1, 1 << 20));
  }
}
