package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings of a log. */
interface SettingsContract extends LogContract {

  @Test
  default void alteredSettingsHoldForTheNextUnits() {
    log().alter(fixture().settings().largeUnits());
    for (int i = 0; i < 90; i++) {
      append(1, 10_000);
    }
    makeDurable();
    retain(ALL, 0);
    assertThat(log().sizeBytes())
        .isBetween(
            (long) ContractSettings.SMALL_UNIT_BYTES, (long) ContractSettings.LARGE_UNIT_BYTES);
  }

  @Test
  default void settingsThatAreNotAllowedAreRefusedAndChangeNothing() {
    LogSettings refused = fixture().settings().refused();
    LogContract.assertCode(ErrorCode.INVALID_TOPIC_SETTING, () -> storage().check(refused));
    LogContract.assertCode(ErrorCode.INVALID_TOPIC_SETTING, () -> log().alter(refused));
    assertThat(
            LogContract.failureOf(
                storage().open(OTHER, refused, new Replayed(), new RecordingListener())))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_SETTING));
    assertThat(storage().list()).containsExactly(ID);
    storage().check(settings());
    append(1, 200);
  }

  @Test
  default void checkedSettingsAreThoseThatTheEngineReadsInTheFormThatIsStored() {
    ContractSettings given = fixture().settings();
    assertThat(storage().settingNames()).doesNotHaveDuplicates();
    assertThat(storage().settingNames()).doesNotContain("retentionTime", "retentionBytes");
    for (LogSettings allowed : List.of(given.smallUnits(), given.largeUnits())) {
      LogSettings checked = storage().check(allowed);
      assertThat(checked.values()).containsOnlyKeys(allowed.values().keySet());
      assertThat(storage().settingNames()).containsAll(checked.values().keySet());
      assertThat(storage().check(checked)).isEqualTo(checked);
      log().alter(checked);
    }
    append(1, 200);
  }

  @Test
  default void settingsOfOtherEnginesAreIgnored() {
    LogSettings foreign = new LogSettings(Map.of("settingOfAnotherEngine", "3"));
    assertThat(storage().check(foreign)).isEqualTo(LogSettings.NONE);
    log().alter(foreign);
    append(1, 200);
  }
}
