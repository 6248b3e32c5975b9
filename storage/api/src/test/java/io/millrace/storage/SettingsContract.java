package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings of a log. */
interface SettingsContract extends LogContract {

  @Test
  default void alteredSettingsHoldForTheNextSegments() {
    log().alter(TestSettings.segmentBytes(1 << 20));
    for (int i = 0; i < 90; i++) {
      append(1, 10_000);
    }
    makeDurable();
    retain(ALL, 0);
    assertThat(log().sizeBytes()).isBetween((long) TestSettings.SMALLEST_SEGMENT_BYTES, 1L << 20);
  }

  @Test
  default void settingsThatAreNotAllowedAreRefusedAndChangeNothing() {
    LogSettings tooSmall = TestSettings.segmentBytes(1024);
    LogContract.assertCode(ErrorCode.INVALID_TOPIC_SETTING, () -> storage().check(tooSmall));
    LogContract.assertCode(ErrorCode.INVALID_TOPIC_SETTING, () -> log().alter(tooSmall));
    assertThat(
            LogContract.failureOf(
                storage().open(OTHER, tooSmall, new Replayed(), new RecordingListener())))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_SETTING));
    assertThat(storage().list()).containsExactly(ID);
    storage().check(SETTINGS);
    append(1, 200);
  }

  @Test
  default void settingsOfOtherEnginesAreIgnored() {
    LogSettings foreign = new LogSettings(Map.of("replicas", "3"));
    storage().check(foreign);
    log().alter(foreign);
    append(1, 200);
  }
}
