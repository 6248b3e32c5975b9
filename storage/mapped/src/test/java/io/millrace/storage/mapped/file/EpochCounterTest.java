package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The epochs of the openings of logs. */
class EpochCounterTest {

  private static final LogId LOG = new LogId(new UUID(7, 11), 0);
  private static final LogId OTHER = new LogId(new UUID(7, 11), 1);

  @TempDir Path directory;

  private EpochCounter epochs;

  @BeforeEach
  void open() {
    epochs = EpochCounter.open(directory.resolve("epoch"), new FaultyDisk(null));
  }

  @Test
  void logsShareAnEpochUntilOneIsOpenedAgain() {
    int first = epochs.next(LOG, 0);
    assertThat(epochs.next(OTHER, 0)).isEqualTo(first);
    int second = epochs.next(LOG, 0);
    assertThat(second).isGreaterThan(first);
    assertThat(epochs.next(OTHER, 0)).isEqualTo(second);
  }

  @Test
  void anEpochIsGreaterThanTheLastInTheFilesOfTheLog() {
    int first = epochs.next(LOG, 0);
    assertThat(epochs.next(OTHER, first + 10)).isEqualTo(first + 11);
  }

  @Test
  void aDeletedLogIsForgottenAndNoOther() {
    int first = epochs.next(LOG, 0);
    epochs.next(OTHER, 0);
    epochs.forget(LOG);
    assertThat(epochs.next(LOG, 0)).as("a new log with the id of the deleted one").isEqualTo(first);
    assertThat(epochs.next(OTHER, 0)).as("it was not deleted").isGreaterThan(first);
  }

  @Test
  void aFullDiskDoesNotKeepTheEpochFromBeingSaved() throws IOException {
    int first = epochs.next(LOG, 0);
    FaultyDisk full = new FaultyDisk(null);
    full.noSecondFile = true;
    EpochCounter reopened = EpochCounter.open(directory.resolve("epoch"), full);
    int second = reopened.next(LOG, 0);
    assertThat(second).isGreaterThan(first);
    full.noSecondFile = false;
    assertThat(EpochCounter.open(directory.resolve("epoch"), full).next(LOG, 0))
        .isGreaterThan(second);
  }
}
