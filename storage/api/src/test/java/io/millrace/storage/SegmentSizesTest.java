package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentSizesTest {

  private static LogSettings segmentBytes(String value) {
    return new LogSettings(Map.of("segmentBytes", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1KiB", "2GiB", "4GiB", "unlimited", "x\n"})
  void aValueThatIsNotAllowedIsRefusedWithTheRange(String value) {
    assertThatThrownBy(() -> SegmentSizes.checked(segmentBytes(value)))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_SETTING))
        .hasMessage(
            "topic setting segmentBytes is '%s'; expected 64KiB to 1GiB, such as '128MiB'",
            value.replace('\n', '?'));
  }

  @ParameterizedTest
  @CsvSource({"65536, 64KiB", "2048KiB, 2MiB", "1GiB, 1GiB", "100001, 100001B"})
  void aCheckedValueHasTheShortestUnit(String given, String checked) {
    assertThat(SegmentSizes.checked(segmentBytes(given))).isEqualTo(segmentBytes(checked));
    assertThat(SegmentSizes.checked(segmentBytes(checked))).isEqualTo(segmentBytes(checked));
  }

  @Test
  void checkedSettingsAreThoseThatWereGivenAndAreRead() {
    assertThat(SegmentSizes.checked(new LogSettings(Map.of("replicas", "3"))))
        .isEqualTo(LogSettings.NONE);
    assertThat(SegmentSizes.NAMES).containsExactly("segmentBytes");
  }
}
