package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStore;
import io.millrace.storage.StateStoreContract;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.TestStates;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.FileStates;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and the files of states after a crash and on a disk that fails. */
class MappedStatesTest extends StateStoreContract {

  @TempDir Path directory;
  private FaultyDisk disk;

  private LogStorage openAt(Path data) {
    return MappedStorage.open(
        data, MappedSettings.defaults(), probed -> disk = new FaultyDisk(LinuxDisk.probed(probed)));
  }

  @Override
  protected LogStorage create() {
    return openAt(directory.resolve("data"));
  }

  @Override
  protected LogStorage reopen(LogStorage closed) {
    return openAt(directory.resolve("data"));
  }

  @Override
  protected LogStorage afterKill(LogStorage running) {
    Path copy = directory.resolve("copy");
    Directories.copy(directory.resolve("data"), copy);
    return openAt(copy);
  }

  private Path file(String name) {
    return directory.resolve("data/states").resolve(name);
  }

  /** Whichever file a crash leaves, it is the whole state; with both gone, there is none. */
  @Test
  void aDeletionThatACrashInterruptedLeavesTheWholeStateOrNone() throws IOException {
    for (List<String> left :
        List.of(List.of("a.state", "a.copy"), List.of("a.state"), List.of("a.copy"))) {
      TestStates.save(states, "a", new byte[] {1, 2, 3});
      for (String name : List.of("a.copy", "a.state")) {
        if (!left.contains(name)) {
          Files.delete(file(name));
        }
      }
      assertThat(states.list("a")).as("left %s", left).containsExactly("a");
      StoredState found = states.load("a").orElseThrow();
      assertThat(found.bytes()).as("left %s", left).containsExactly(1, 2, 3);
      states.delete("a", found.version());
      assertThat(file("a.copy")).doesNotExist();
      assertThat(file("a.state")).doesNotExist();
      assertThat(states.list("a")).isEmpty();
    }
  }

  @Test
  void aFullDiskDoesNotKeepAStateFromBeingChanged() throws IOException {
    long version = states.save("a", StateStore.NO_VERSION, new byte[] {1, 2, 3});
    disk.noSecondFile = true;
    long changed = states.save("a", version, new byte[] {4, 5});
    assertThat(FileStates.readFile(file("a.state"))).contains(new byte[] {4, 5});
    assertThat(FileStates.readFile(file("a.copy"))).contains(new byte[] {4, 5});
    assertThat(Files.list(directory.resolve("data/states"))).hasSize(2);

    StorageException tooLong =
        catchThrowableOfType(
            StorageException.class, () -> states.save("a", changed, new byte[1000]));
    assertThat(tooLong.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(states.load("a").orElseThrow().bytes()).containsExactly(4, 5);
  }

  @Test
  void theOnlyValidFileOfAPairIsNotOverwritten() throws IOException {
    long version = states.save("a", StateStore.NO_VERSION, new byte[] {1, 2, 3});
    disk.noSecondFile = true;
    Files.write(file("a.state"), new byte[19]);
    StorageException refused =
        catchThrowableOfType(
            StorageException.class, () -> states.save("a", version, new byte[] {4, 5, 6}));
    assertThat(refused.code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(FileStates.readFile(file("a.copy"))).contains(new byte[] {1, 2, 3});
  }

  @Test
  void aDeletionIsOnTheDiskWhenItReturns() {
    long version = states.save("a", StateStore.NO_VERSION, new byte[] {1});
    disk.fsynced.clear();
    states.delete("a", version);
    assertThat(disk.fsyncedBesidesRegister()).containsExactly(directory.resolve("data/states"));
  }

  /** The record of a topic is deleted after its logs, which must not come back without it. */
  @Test
  void theDeletionOfALogIsOnTheDiskWhenItReturns() {
    disk.fsynced.clear();
    storage.delete(new LogId(new UUID(1, 2), 0));
    assertThat(disk.fsyncedBesidesRegister()).containsExactly(directory.resolve("data/logs"));
  }

  @Test
  void afterADeletionThatFailedTheNextLoadSaysWhatIsThere() {
    long version = states.save("a", StateStore.NO_VERSION, new byte[] {1});
    disk.directoryFsyncFails = true;
    MappedFixture.assertCode(ErrorCode.STORAGE_FAILED, () -> states.delete("a", version));
    disk.directoryFsyncFails = false;
    assertThat(states.load("a")).isEmpty();
    assertThat(states.save("a", StateStore.NO_VERSION, new byte[] {2})).isPositive();
  }

  @Test
  void aFirstSaveThatFailedHalfwayHasAVersionWhenItIsFound() {
    disk.directoryFsyncFails = true;
    MappedFixture.assertCode(
        ErrorCode.STORAGE_FAILED, () -> states.save("a", StateStore.NO_VERSION, new byte[] {1}));
    disk.directoryFsyncFails = false;
    StoredState found = states.load("a").orElseThrow();
    assertThat(found.version()).isPositive();
    states.delete("a", found.version());
    assertThat(states.load("a")).isEmpty();
  }

  @Test
  void aDamagedStateIsListedAndNeitherReplacedNorDeleted() throws IOException {
    TestStates.save(states, "a", new byte[] {1, 2, 3});
    long version = states.load("a").orElseThrow().version();
    MappedFixture.flip(file("a.state"), 17);
    MappedFixture.flip(file("a.copy"), 17);
    storage.close();
    storage = reopen(storage);
    states = storage.states();
    assertThat(states.list("")).containsExactly("a");
    MappedFixture.assertCode(
        ErrorCode.CORRUPT_LOG, () -> states.save("a", StateStore.NO_VERSION, new byte[] {4}));
    MappedFixture.assertCode(ErrorCode.CORRUPT_LOG, () -> states.delete("a", version));
    assertThat(file("a.state")).exists();
    assertThat(file("a.copy")).exists();
  }

  /** It is valid in itself: only the checksum, which covers the name, shows the mistake. */
  @Test
  void theFileOfAnotherStateIsDamageAndNeverReplacesTheGoodCopy() throws IOException {
    TestStates.save(states, "topic-a", new byte[] {1, 2, 3});
    TestStates.save(states, "topic-b", new byte[] {4, 5, 6});
    byte[] good = Files.readAllBytes(file("topic-a.state"));
    for (String misplaced : List.of("topic-a.state", "topic-a.copy")) {
      Files.write(file(misplaced), Files.readAllBytes(file("topic-b.state")));
      assertThat(LogVerification.of(directory.resolve("data")).problems())
          .extracting(LogVerification.Problem::file)
          .containsExactly(file(misplaced));
      assertThat(TestStates.load(states, "topic-a")).hasValue(new byte[] {1, 2, 3});
      assertThat(file("topic-a.state")).hasBinaryContent(good);
      assertThat(file("topic-a.copy")).hasBinaryContent(good);
    }
    for (String ending : List.of(".state", ".copy")) {
      Files.write(file("topic-a" + ending), Files.readAllBytes(file("topic-b.state")));
    }
    assertThat(MappedFixture.refusal(() -> TestStates.load(states, "topic-a")))
        .hasMessageContaining("its checksum does not match its bytes and its name")
        .extracting(StorageException::code)
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  /** The file is a hole of 3 GiB, as {@code truncate -s 3G} leaves it. */
  @Test
  void aStateFileOfManyGigabytesIsReplacedByItsCopy() throws IOException {
    TestStates.save(states, "a", new byte[] {1, 2, 3});
    byte[] whole = Files.readAllBytes(file("a.state"));
    try (RandomAccessFile state = new RandomAccessFile(file("a.state").toFile(), "rw")) {
      state.setLength(3L << 30);
    }
    storage.close();
    storage = reopen(storage);
    states = storage.states();
    assertThat(states.load("a").orElseThrow().bytes()).containsExactly(1, 2, 3);
    assertThat(file("a.state")).hasBinaryContent(whole);
  }

  @Test
  void unfinishedAndForeignFilesAreNoStates() throws IOException {
    Files.write(file("a.copy.tmp"), new byte[] {1});
    Files.write(file("README"), new byte[] {1});
    Files.write(file("A b.state"), new byte[] {1});
    assertThat(states.list("")).isEmpty();
    storage.close();
    storage = reopen(storage);
    states = storage.states();
    assertThat(file("a.copy.tmp")).doesNotExist();
    assertThat(file("README")).exists();
    assertThat(states.list("")).isEmpty();
  }
}
