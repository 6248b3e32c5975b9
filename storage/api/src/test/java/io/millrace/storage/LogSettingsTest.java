package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSettingsTest {

  private static long size(String value) {
    return new LogSettings(Map.of("size", value)).bytes("size", 2048, 1024, 4096);
  }

  @Test
  void aSizeIsReadAsTheUserWritesIt() {
    assertThat(size("1KiB")).isEqualTo(1024);
    assertThat(size("4096")).isEqualTo(4096);
  }

  @Test
  void aMissingSettingHasItsFallback() {
    assertThat(new LogSettings(Map.of()).bytes("size", 2048, 1024, 4096)).isEqualTo(2048);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1023", "5KiB", "99999999999TiB", "unlimited", "-1", ""})
  void aValueThatIsNotAllowedIsRefusedWithNameValueLimitAndExample(String value) {
    assertThatThrownBy(() -> size(value))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_SETTING))
        .hasMessage("topic setting size is '%s'; expected 1KiB to 4KiB, such as '2KiB'", value);
  }

  @Test
  void theValuesAreACopy() {
    Map<String, String> values = new HashMap<>(Map.of("size", "1KiB"));
    LogSettings settings = new LogSettings(values);
    values.clear();
    assertThat(settings.values()).containsEntry("size", "1KiB");
  }
}
