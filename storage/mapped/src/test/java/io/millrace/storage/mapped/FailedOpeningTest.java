package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogReplay;
import io.millrace.storage.Replayed;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An opening that fails keeps no file of its log open. */
class FailedOpeningTest extends MappedFixture {

  /** The files of the log that this process has open or mapped. */
  private List<String> used() throws IOException {
    List<String> used = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/maps")));
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          used.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closedMeanwhile) {
          continue;
        }
      }
    }
    used.removeIf(line -> !line.contains(files.toString()));
    return used;
  }

  /** Waits, because a background thread unmaps the segments of a log that was closed. */
  private void assertNoneIsUsed() throws IOException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!used().isEmpty() && System.nanoTime() < limit) {
      Thread.onSpinWait();
    }
    assertThat(used()).isEmpty();
  }

  @Test
  void anOpeningThatGetsNoEpochKeepsNoFileOpen() throws IOException {
    log.close();
    disk.fsyncFails = true;
    assertThat(refusal(() -> storage.open(ID, SETTINGS, new Replayed())))
        .hasMessageContaining("epoch")
        .extracting(StorageException::code)
        .isEqualTo(ErrorCode.STORAGE_FAILED);
    assertNoneIsUsed();
    disk.fsyncFails = false;
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    assertThat(readAll(log)).hasSize(1);
    assertThat(used()).isNotEmpty();
  }

  @Test
  void anOpeningWhoseReplayFailsKeepsNoFileOpen() throws IOException {
    append(200);
    log.close();
    IllegalStateException defect = new IllegalStateException("a defect, says the test");
    LogReplay refusing =
        new LogReplay() {
          @Override
          public void restore(byte[] checkpointState) {
            throw defect;
          }

          @Override
          public void replay(ByteBuffer header) {
            throw defect;
          }
        };
    assertThatThrownBy(() -> storage.open(ID, SETTINGS, refusing)).isSameAs(defect);
    assertNoneIsUsed();
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(readAll(log)).hasSize(1);
  }
}
