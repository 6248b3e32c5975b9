package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.Replayed;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogRegister;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An append whose write ends with an Error. */
class FailedAppendTest {

  private static final LogId ID = new LogId(new UUID(7, 11), 3);

  @TempDir Path temporary;

  private final WatchedFileSystem files = new WatchedFileSystem();

  private MappedLog open() {
    try {
      Path logs = files.path(Files.createDirectories(temporary.resolve("logs")));
      WatchedDisk disk = new WatchedDisk(LinuxDisk.probed(temporary), files);
      EpochCounter epochs = EpochCounter.open(files.path(temporary.resolve("epoch")), disk);
      StorageThreads threads = new StorageThreads(Runnable::run, Runnable::run);
      LogRegister register = LogRegister.open(temporary, disk, (nanos, work) -> {});
      return new LogOpener(new StorageFiles(logs, disk, epochs, register), 2, threads)
          .open(ID, 64 * 1024, new Replayed(), () -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(MappedLog log) {
    log.append(TestBatches.next(log, 1, 200, 0, log.offsets().end()));
  }

  @Test
  void anErrorDuringAnAppendFailsTheLogUntilItIsOpenedAgain() {
    try (MappedLog log = open()) {
      append(log);
      files.onWrite =
          () -> {
            throw new OutOfMemoryError("no memory for a write");
          };
      assertFails(() -> append(log));
      files.onWrite = () -> {};
      assertFails(() -> append(log));
      assertFails(log::force);
      assertThat(log.offsets().end()).isEqualTo(1);
    }
    try (MappedLog reopened = open()) {
      assertThat(reopened.recovery().clean()).isFalse();
      assertThat(reopened.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
    }
  }

  private static void assertFails(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StorageException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
  }
}
