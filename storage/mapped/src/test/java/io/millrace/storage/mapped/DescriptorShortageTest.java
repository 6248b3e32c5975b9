package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.Replayed;
import io.millrace.storage.Slices;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that can open no more files: nothing fails for good. */
class DescriptorShortageTest extends MappedFixture {

  @AfterEach
  void endTheShortage() {
    disk.noDescriptors = false;
  }

  @Test
  void anAppendThatNeedsTheNextSegmentIsRefusedAndLaterStored() {
    append(20_000);
    log.force();
    disk.noDescriptors = true; // before the segment is half full, so that none is prepared
    append(20_000);
    append(20_000);
    assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> append(20_000));
    assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> append(20_000));
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 1, 3));

    disk.noDescriptors = false;
    append(20_000);

    assertThat(log.force()).isEqualTo(4);
    assertThat(readAll(log)).hasSize(4);
  }

  @Test
  void aRefusedAppendUnmapsOlderSegments() {
    for (int i = 0; i < 40; i++) {
      append(20_000);
    }
    log.force();
    log.checkpoint(40, new byte[0]); // finishes the sealed segments
    long before = mappedFiles();
    assertThat(before).isGreaterThan(8);
    disk.noDescriptors = true;
    append20kUntilRefused();

    BackgroundResourceReleaser.releasePendingResources();

    assertThat(mappedFiles()).isLessThan(before * 2 / 3);
  }

  private void append20kUntilRefused() {
    // At most three fit into the active segment, and three into one that is prepared.
    for (int i = 0; i < 7; i++) {
      StorageException refused = catchThrowableOfType(StorageException.class, () -> append(20_000));
      if (refused != null) {
        assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);
        return;
      }
    }
    throw new AssertionError("7 appends of 20 kB needed no segment");
  }

  /** The segments of the log that this process has mapped. */
  private long mappedFiles() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains(files.toString())).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDirectoryThatCannotBeOpenedIsNoFailedFsync() {
    append(200);
    disk.noDescriptors = true;
    assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> log.force());
    assertThat(log.offsets()).as("nothing is durable yet").isEqualTo(new LogOffsets(0, 0, 1));
    append(200);

    disk.noDescriptors = false;

    assertThat(log.force()).isEqualTo(2);
    assertThat(disk.fsynced).contains(files);
  }

  @Test
  void aSegmentThatCannotBeMappedForItsFsyncIsFsyncedLater() {
    reopenAfter(1);
    append(200);
    log.force();
    reopen();
    append(200);
    disk.fsynced.clear();
    disk.noDescriptors = true;
    assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> log.force());
    assertThat(disk.fsyncedBesidesRegister()).isEmpty();
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 2, 3));

    disk.noDescriptors = false;

    assertThat(log.force()).isEqualTo(3);
    assertThat(disk.fsynced).anyMatch(file -> file.toString().endsWith(".log"));
  }

  @Test
  void aReaderReadsOnWhenItsSegmentCanBeMappedAgain() {
    ByteBuffer first = append(200);
    reopen();
    try (LogReader reader = log.reader(0)) {
      disk.noDescriptors = true;
      assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> Slices.read(reader, 10_000, Long.MAX_VALUE));

      disk.noDescriptors = false;

      try (LogSlice slice = Slices.read(reader, 10_000, Long.MAX_VALUE)) {
        assertThat(slice.buffer()).isEqualTo(first);
      }
    }
  }

  @Test
  void aNewLogIsRefusedAndCanBeOpenedLater() {
    LogId other = new LogId(ID.topicId(), ID.partition() + 1);
    Path directory = files.resolveSibling(other.toString());
    disk.noDescriptors = true;
    assertCode(ErrorCode.RESOURCES_EXHAUSTED, () -> storage.open(other, SETTINGS, new Replayed()));
    assertThat(directory)
        .as("no segment is left")
        .isDirectoryNotContaining(file -> file.toString().contains(".log"));

    disk.noDescriptors = false;

    try (MappedLog opened = storage.open(other, SETTINGS, new Replayed())) {
      append(opened, 200);
      assertThat(opened.force()).isEqualTo(1);
    }
  }

  @Test
  void theFreeSpaceIsKnownWithoutADescriptor() {
    disk.noDescriptors = true;
    assertThat(storage.freeSpace().bytes()).isPositive();
  }

  private void reopenAfter(int events) {
    for (int i = 0; i < events; i++) {
      append(200);
    }
    log.force();
    reopen();
  }

  private void reopen() {
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
  }
}
