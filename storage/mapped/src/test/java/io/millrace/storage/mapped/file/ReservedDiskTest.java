package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.FreeSpace;
import io.millrace.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments do not use the reserve, and are allocated again once there is free space. */
class ReservedDiskTest {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private long freeFiles = FreeSpace.UNLIMITED;
  private long freeBytes = 100 * MIB;
  private ReservedDisk disk;

  @BeforeEach
  void reserve() {
    disk =
        new ReservedDisk(
            LinuxDisk.probed(directory), 64 * MIB, () -> new FreeSpace(freeBytes, freeFiles));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  @Test
  void anAllocationThatLeavesTheReserveSucceeds() {
    freeBytes = 65 * MIB;
    disk.allocate(file("a"), MIB);
    assertThat(file("a")).hasSize(MIB);
  }

  @Test
  void anAllocationFromTheReserveIsRefusedWithTheNumbers() {
    freeBytes = 65 * MIB - 1;
    StorageException refused =
        catchThrowableOfType(StorageException.class, () -> disk.allocate(file("a"), MIB));
    assertThat(refused.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(refused)
        .hasMessageContaining("needs 1048576 bytes, 1048575 are free")
        .hasMessageContaining("67108864")
        .hasMessageContaining("storage.reservedBytes")
        .hasMessageContaining("'millrace topic delete-events'")
        .hasMessageContaining("resume by themselves");
    assertThat(Files.exists(file("a"))).isFalse();
  }

  @Test
  void aFullDiskAndFreedSpaceAreNoticedWithinASecond() {
    ManualTimer timer = new ManualTimer();
    long began = timer.nowNanos;
    disk.watch(timer);
    timer.runNext();
    assertThat(disk.isFull()).isFalse();
    freeBytes = 64 * MIB + 1000;
    timer.runNext();
    assertThat(disk.isFull()).isTrue();
    freeBytes = 66 * MIB;
    timer.runNext();
    assertThat(disk.isFull()).isFalse();
    assertThat(timer.nowNanos - began).isEqualTo(3_000_000_000L);
  }

  @Test
  void aFailedQueryOfTheFreeSpaceIsRepeated() {
    ManualTimer timer = new ManualTimer();
    boolean[] silent = {true};
    ReservedDisk asking =
        new ReservedDisk(
            LinuxDisk.probed(directory),
            0,
            () -> {
              if (silent[0]) {
                throw new StorageException(ErrorCode.STORAGE_FAILED, "says the test");
              }
              return FreeSpace.ofBytes(0);
            });
    asking.watch(timer);
    timer.runNext();
    silent[0] = false;
    timer.runNext();
    assertThat(asking.isFull()).isTrue();
  }

  @Test
  void reportsDoNotAskTheFileSystem() {
    AtomicInteger asked = new AtomicInteger();
    ReservedDisk counting =
        new ReservedDisk(
            LinuxDisk.probed(directory),
            0,
            () -> {
              if (asked.incrementAndGet() == 2) {
                throw new StorageException(ErrorCode.STORAGE_FAILED, "says the test");
              }
              return FreeSpace.ofBytes(asked.get());
            });
    ManualTimer timer = new ManualTimer();
    counting.watch(timer);
    assertThat(counting.lastFreeSpace().bytes()).as("before the first check").isEqualTo(1);
    assertThat(counting.lastFreeSpace().bytes()).isEqualTo(1);
    timer.runNext();
    for (int i = 0; i < 2; i++) {
      assertThat(catchThrowableOfType(StorageException.class, counting::lastFreeSpace))
          .hasMessageContaining("says the test");
    }
    timer.runNext();
    assertThat(counting.lastFreeSpace().bytes()).isEqualTo(3);
    assertThat(asked).hasValue(3);
  }

  @Test
  void withoutAFreeInodeTheDiskIsFull() {
    freeFiles = ReservedDisk.RESERVED_FILES;
    assertThat(disk.freeSpace().files()).isZero();
    assertThat(disk.isFull()).isTrue();
    StorageException refused =
        catchThrowableOfType(StorageException.class, () -> disk.allocate(file("a"), MIB));
    assertThat(refused.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(refused).hasMessageContaining("needs an inode").hasMessageContaining("delete");
    freeFiles++;
    disk.allocate(file("a"), MIB);
    assertThat(disk.isFull()).isFalse();
  }

  @Test
  void theFreeInodesOfARealFileSystemAreKnown() {
    FreeInodes inodes = new FreeInodes(directory);
    assertThat(inodes.count()).as("before the call is loaded").isEqualTo(FreeSpace.UNLIMITED);
    inodes.load();
    assertThat(inodes.count()).isBetween(1L, FreeSpace.UNLIMITED);
  }

  @Test
  void anAllocationSucceedsOnceThereIsSpace() {
    freeBytes = 0;
    assertThat(disk.freeSpace().bytes()).isZero();
    catchThrowableOfType(StorageException.class, () -> disk.allocate(file("a"), MIB));
    freeBytes = 70 * MIB;
    disk.allocate(file("a"), MIB);
    assertThat(disk.freeSpace().bytes()).isEqualTo(6 * MIB);
  }
}
