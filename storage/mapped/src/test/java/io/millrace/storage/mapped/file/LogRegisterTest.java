package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRegisterTest {

  @TempDir Path directory;

  private final FaultyDisk disk = new FaultyDisk(null);
  private final Deque<Runnable> later = new ArrayDeque<>();
  private LogRegister register;

  @BeforeEach
  void open() {
    later.clear();
    disk.fsynced.clear();
    register = LogRegister.open(directory, disk, (nanos, work) -> later.add(work));
  }

  @AfterEach
  void close() {
    register.close();
  }

  private static LogId id(int partition) {
    return new LogId(new UUID(7, 11), partition);
  }

  private static RegisteredLog entry(long durable) {
    return new RegisteredLog(0, 0, durable, 1);
  }

  private Path file() {
    return directory.resolve(StoredRegister.NAME);
  }

  private static void flip(Path file, int position) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] bytes = Files.readAllBytes(file);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~bytes[position]}), position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runLater() {
    while (!later.isEmpty()) {
      later.remove().run();
    }
  }

  /** As after a kill: nothing that is in memory only is there. */
  private StoredRegister onDisk() {
    return StoredRegister.in(directory);
  }

  @Test
  void anEntryIsDurableAtOnceAndItsOffsetLater() {
    register.of(id(1)).opened(entry(5));
    assertThat(onDisk().of(id(1))).isEqualTo(entry(5));
    register.of(id(1)).durable(9);
    assertThat(onDisk().of(id(1))).isEqualTo(entry(5));
    runLater();
    assertThat(onDisk().of(id(1))).isEqualTo(entry(9));
  }

  @Test
  void bothSlotsGetTheSameAndThenNothingIsWritten() {
    register.of(id(1)).opened(entry(5));
    runLater();
    assertThat(onDisk().entries().get(id(1)).settled()).isTrue();
    disk.fsynced.clear();
    register.of(id(1)).durable(5);
    register.of(id(1)).opened(new RegisteredLog(0, 0, 5, 2));
    assertThat(later).isEmpty();
    assertThat(disk.fsynced).isEmpty();
  }

  /** The caller deletes files after the second call. */
  @Test
  void aChangeThatCouldNotBeSavedIsSavedByTheNextCall() {
    Registration entry = register.of(id(1));
    entry.opened(entry(20));
    runLater();
    disk.fsyncFails = true;
    assertThatThrownBy(() -> entry.startsAt(7)).isInstanceOf(StorageException.class);
    disk.fsynced.clear();
    assertThatThrownBy(() -> entry.startsAt(7)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> entry.requires(0)).isInstanceOf(StorageException.class);
    disk.fsyncFails = false;
    entry.startsAt(7);
    assertThat(disk.fsynced).containsExactly(file());
    assertThat(onDisk().of(id(1)).startOffset()).isEqualTo(7);
    entry.startsAt(7);
    assertThat(disk.fsynced).as("nothing is left to save").hasSize(1);
  }

  @Test
  void aStartIsDurable() {
    register.of(id(1)).opened(entry(5));
    register.of(id(1)).startsAt(9);
    assertThat(onDisk().of(id(1))).isEqualTo(new RegisteredLog(9, 0, 9, 1));
  }

  @Test
  void allLogsShareAnFsync() {
    for (int i = 0; i < 100; i++) {
      register.of(id(i)).opened(entry(0));
    }
    runLater();
    disk.fsynced.clear();
    for (int i = 0; i < 100; i++) {
      register.of(id(i)).durable(7);
    }
    assertThat(later).hasSize(1);
    later.remove().run();
    assertThat(disk.fsynced).containsExactly(file());
    for (int i = 0; i < 100; i++) {
      assertThat(onDisk().of(id(i))).isEqualTo(entry(7));
    }
  }

  @Test
  void itGrowsAndKeepsWhatItHas() throws IOException {
    for (int i = 0; i < 700; i++) {
      register.of(id(i)).opened(entry(i));
    }
    assertThat(Files.size(file())).isEqualTo(4096 + 17 * 8192);
    register.close();
    open();
    assertThat(register.logs()).hasSize(700);
    for (int i = 0; i < 700; i++) {
      assertThat(register.of(id(i)).log()).isEqualTo(entry(i));
    }
  }

  @Test
  void aLogThatHasAnEntryNeedsNoSpaceToBeOpenedAgain() throws IOException {
    for (int i = 0; i < 64; i++) {
      register.of(id(i)).opened(entry(5));
    }
    runLater();
    long size = Files.size(file());
    register.of(id(0)).opened(entry(6));
    assertThat(Files.size(file())).isEqualTo(size);
  }

  @Test
  void onANewLogForWhichTheFileCannotGrowOnlyThatLogFails() throws IOException {
    for (int i = 0; i < 64; i++) {
      register.of(id(i)).opened(entry(5));
    }
    runLater();
    long size = Files.size(file());
    disk.largestFile = size;
    RegisteredLog created = new RegisteredLog(0, RegisteredLog.NO_SEGMENT, 0, 1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> register.of(id(64)).created(created))
          .isInstanceOf(StorageException.class)
          .extracting(e -> ((StorageException) e).code())
          .isEqualTo(ErrorCode.DISK_FULL);
    }
    assertThat(Files.size(file())).isEqualTo(size);
    assertThat(register.of(id(64)).log()).isNull();
    assertThat(register.logs()).hasSize(64);
    register.of(id(0)).startsAt(1);
    register.of(id(1)).requires(4);
    register.of(id(2)).durable(7);
    runLater();
    assertThat(onDisk().of(id(0))).isEqualTo(new RegisteredLog(1, 0, 5, 1));
    assertThat(onDisk().of(id(1))).isEqualTo(new RegisteredLog(0, 4, 5, 1));
    assertThat(onDisk().of(id(2))).isEqualTo(entry(7));
    disk.largestFile = Long.MAX_VALUE;
    register.of(id(64)).created(created);
    assertThat(onDisk().of(id(64))).isEqualTo(created);
  }

  @Test
  void aFileThatWasCutOffInsideAGroupKeepsTheSlotsThatAreLeft() throws IOException {
    for (int i = 0; i < 64; i++) {
      register.of(id(i)).opened(entry(5));
    }
    runLater();
    register.close();
    byte[] whole = Files.readAllBytes(file());
    // All slots in the first page are left, and in the second page none, some, or all but a part.
    for (int kept : new int[] {8192, 8192 + 640, 12_287}) {
      Files.write(file(), Arrays.copyOf(whole, kept));
      assertThat(onDisk().problems()).as("cut to %d", kept).hasSize(1);
      open();
      assertThat(Files.size(file())).isEqualTo(4096 + 8192);
      register.remove(id(3));
      register.of(id(100)).opened(entry(0));
      register.close();
      assertThat(onDisk().problems()).isEmpty();
      assertThat(onDisk().logs()).as("cut to %d", kept).hasSize(64).contains(id(100));
      assertThat(onDisk().entries().values())
          .allSatisfy(each -> assertThat(each.settled()).isTrue());
    }
    // The growth was interrupted, or the slots are gone.
    for (int kept : new int[] {0, 70, 4096}) {
      Files.write(file(), Arrays.copyOf(whole, kept));
      open();
      for (int i = 0; i < 65; i++) {
        register.of(id(i)).opened(entry(i));
      }
      register.close();
      assertThat(onDisk().logs()).as("cut to %d", kept).hasSize(65);
    }
  }

  @Test
  void aRemovedEntryIsGoneAndItsPlaceIsUsedAgain() throws IOException {
    for (int i = 0; i < 64; i++) {
      register.of(id(i)).opened(entry(0));
    }
    runLater();
    Registration removed = register.of(id(3));
    register.remove(id(3));
    removed.durable(9);
    removed.requires(9);
    runLater();
    assertThat(onDisk().of(id(3))).isNull();
    register.of(id(100)).opened(entry(1));
    assertThat(onDisk().of(id(100))).isEqualTo(entry(1));
    assertThat(Files.size(file())).isEqualTo(4096 + 8192);
  }

  @Test
  void aFailedWriteIsRepeatedAndLeavesTheOtherSlot() {
    register.of(id(1)).opened(entry(5));
    runLater();
    disk.fsyncFails = true;
    assertThatThrownBy(() -> register.of(id(1)).requires(40))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("register");
    later.remove().run();
    disk.fsyncFails = false;
    StoredRegister.StoredEntry torn = onDisk().entries().get(id(1));
    flip(file(), StoredRegister.position(torn.index(), torn.copy()) + 20);
    assertThat(onDisk().of(id(1))).as("the slot that was not written").isEqualTo(entry(5));
    runLater();
    assertThat(onDisk().of(id(1))).isEqualTo(new RegisteredLog(0, 40, 5, 1));
    assertThat(onDisk().entries().get(id(1)).settled()).isTrue();
  }

  /** The caller deletes segments after the second call. */
  @Test
  void aStartThatWasNotSavedIsSavedByTheNextCall() {
    Registration entry = register.of(id(1));
    entry.opened(entry(5));
    runLater();
    disk.fsyncFails = true;
    assertThatThrownBy(() -> entry.startsAt(3)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> entry.startsAt(3)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> entry.requires(0)).isInstanceOf(StorageException.class);
    entry.durable(6);
    disk.fsyncFails = false;
    disk.fsynced.clear();
    entry.startsAt(3);
    assertThat(disk.fsynced).containsExactly(file());
    assertThat(onDisk().of(id(1))).isEqualTo(new RegisteredLog(3, 0, 6, 1));
    entry.startsAt(3);
    assertThat(disk.fsynced).as("there is nothing to save").hasSize(1);
  }

  @Test
  void aRemovalThatWasNotSavedIsSavedByTheNextCall() {
    register.of(id(1)).opened(entry(5));
    runLater();
    disk.fsyncFails = true;
    assertThatThrownBy(() -> register.remove(id(1))).isInstanceOf(StorageException.class);
    assertThat(register.logs()).containsExactly(id(1));
    disk.fsyncFails = false;
    register.of(id(1)).opened(entry(9));
    assertThat(onDisk().of(id(1))).as("a new entry").isEqualTo(entry(9));
    assertThat(onDisk().entries().get(id(1)).slot().sequence()).isEqualTo(1);
    register.remove(id(1));
    assertThat(register.logs()).isEmpty();
    assertThat(onDisk().logs()).isEmpty();
  }

  @Test
  void ifBothSlotsAreDamagedOnlyThisLogIsLost() {
    register.of(id(1)).opened(entry(5));
    register.of(id(2)).opened(entry(6));
    runLater();
    flip(file(), StoredRegister.position(0, 0) + 20);
    flip(file(), StoredRegister.position(0, 1) + 30);
    assertThat(onDisk().problems()).singleElement().asString().contains("both slots");
    register.close();
    open();
    assertThat(register.of(id(1)).log()).isNull();
    assertThat(register.of(id(2)).log()).isEqualTo(entry(6));
    register.of(id(1)).opened(entry(5));
    runLater();
    assertThat(onDisk().problems()).isEmpty();
    assertThat(onDisk().of(id(1))).isEqualTo(entry(5));
  }

  @Test
  void aPageThatTheDiskCannotReadLosesNothing() {
    register.of(id(1)).opened(entry(5));
    runLater();
    register.close();
    disk.unreadable.add(new FaultyDisk.Unreadable(Path.of(StoredRegister.NAME), 4096, 8192));
    open();
    assertThat(register.of(id(1)).log()).isEqualTo(entry(5));
    disk.unreadable.clear();
    runLater();
    assertThat(onDisk().entries().get(id(1)).settled()).isTrue();
  }

  @Test
  void aRegisterThatIsCutOffKeepsTheLogsOfWhichASlotIsLeft() throws IOException {
    for (int i = 0; i < 40; i++) {
      register.of(id(i)).opened(entry(i));
    }
    runLater();
    register.close();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(StoredRegister.position(32, 0) + 7);
    }
    open();
    assertThat(register.logs()).hasSize(32);
    register.of(id(39)).opened(entry(39));
    runLater();
    assertThat(onDisk().logs()).hasSize(33);
    assertThat(onDisk().of(id(5))).isEqualTo(entry(5));
    assertThat(onDisk().of(id(39))).isEqualTo(entry(39));
    assertThat(onDisk().entries().values()).allMatch(StoredRegister.StoredEntry::settled);
  }

  /** The slots of the entry that does not count must not win over those of the next log. */
  @Test
  void ofTwoEntriesOfALogTheOlderOneIsCleared() throws IOException {
    register.close();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(new RegisterSlot(id(1), 7, entry(5)).encode(), StoredRegister.position(0, 0));
      channel.write(new RegisterSlot(id(1), 8, entry(6)).encode(), StoredRegister.position(1, 0));
    }
    open();
    assertThat(register.of(id(1)).log()).isEqualTo(entry(6));
    register.of(id(2)).opened(entry(9));
    assertThat(onDisk().of(id(1))).isEqualTo(entry(6));
    assertThat(onDisk().of(id(2))).isEqualTo(entry(9));
  }

  @Test
  void withoutSpaceALostRegisterIsMadeLaterAndTheLogsAreServed() throws IOException {
    register.of(id(1)).opened(entry(5));
    register.close();
    Files.delete(file());
    disk.noSecondFile = true;
    open();
    Registration existing = register.of(id(1));
    existing.opened(entry(5));
    RegisteredLog empty = new RegisteredLog(8, RegisteredLog.NO_SEGMENT, 8, 1);
    register.of(id(3)).opened(empty);
    existing.requires(7);
    existing.startsAt(3);
    assertThatThrownBy(
            () -> register.of(id(2)).created(new RegisteredLog(0, RegisteredLog.NO_SEGMENT, 0, 1)))
        .as("a new log")
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    assertThatThrownBy(existing::requireEntry)
        .as("an existing log, for what must be on disk")
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    assertThat(directory).isEmptyDirectory();
    disk.noSecondFile = false;
    runLater();
    existing.requireEntry();
    assertThat(onDisk().of(id(1))).isEqualTo(new RegisteredLog(3, 7, 5, 1));
    assertThat(onDisk().of(id(2))).as("was refused").isNull();
    assertThat(onDisk().of(id(3))).isEqualTo(empty);
    assertThat(onDisk().problems()).isEmpty();
  }

  /** The header and a slot are damaged, or the second slots of all logs are cut off. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutSpaceADamagedRegisterIsKeptAndWrittenInPlace(boolean cutOff) throws IOException {
    for (int i = 0; i < 3; i++) {
      register.of(id(i)).opened(entry(20));
      register.of(id(i)).startsAt(7);
    }
    register.close();
    if (cutOff) {
      Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 8192));
    } else {
      flip(file(), 5);
      flip(file(), StoredRegister.position(1, 0) + 20);
    }
    disk.noSecondFile = true;
    disk.largestFile = Files.size(file());
    for (int start = 8; start < 12; start++) {
      open();
      assertThat(register.of(id(1)).log().startOffset()).isEqualTo(start - 1);
      register.of(id(1)).requireEntry();
      register.of(id(1)).startsAt(start);
      assertThat(onDisk().of(id(1)).startOffset()).isEqualTo(start);
      assertThat(onDisk().of(id(0)).startOffset()).isEqualTo(7);
    }
    register.remove(id(2));
    assertThat(onDisk().logs()).containsExactlyInAnyOrder(id(0), id(1));
    disk.noSecondFile = false;
    disk.largestFile = Long.MAX_VALUE;
    runLater();
    assertThat(onDisk().isWhole()).isTrue();
    assertThat(onDisk().logs()).containsExactlyInAnyOrder(id(0), id(1));
    register.of(id(1)).startsAt(12);
    runLater();
    assertThat(onDisk().isWhole()).isTrue();
    assertThat(onDisk().of(id(1)).startOffset()).isEqualTo(12);
  }

  @Test
  void aRegisterOfAnotherVersionIsRefused() throws IOException {
    register.close();
    byte[] bytes = Files.readAllBytes(file());
    for (int version : new int[] {1, 3}) {
      bytes[4] = (byte) version;
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, 60);
      for (int i = 0; i < 4; i++) {
        bytes[60 + i] = (byte) (crc.getValue() >>> 8 * i);
      }
      Files.write(file(), bytes);
      assertThatThrownBy(this::open)
          .isInstanceOf(StorageException.class)
          .extracting(e -> ((StorageException) e).code())
          .isEqualTo(version == 1 ? ErrorCode.LOG_TOO_OLD : ErrorCode.LOG_TOO_NEW);
      assertThat(Files.readAllBytes(file())).as("unchanged").isEqualTo(bytes);
    }
  }
}
