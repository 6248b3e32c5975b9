package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.Replayed;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestStates;
import io.millrace.storage.mapped.file.DirectoryLock;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.LinuxDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedStorageTest {

  @TempDir Path temporary;

  private MappedStorage open(Path directory) {
    return MappedStorage.open(directory, MappedSettings.defaults());
  }

  @Test
  void aDirectoryHasOneHolder() {
    try (MappedStorage first = open(temporary)) {
      for (int i = 0; i < 2; i++) {
        StorageException refusal = MappedFixture.refusal(() -> open(temporary));
        assertThat(refusal.code()).isEqualTo(ErrorCode.DIRECTORY_LOCKED);
        assertThat(refusal)
            .hasMessageContaining(temporary.toString())
            .hasMessageContaining("process " + ProcessHandle.current().pid());
      }
      assertThat(first.list()).isEmpty();
    }
    open(temporary).close();
  }

  /** Topics that come and go would else leave an entry for each of their logs. */
  @Test
  void theEpochsForgetALogThatIsDeleted() {
    try (MappedStorage storage = open(temporary)) {
      MappedLog first = storage.open(MappedFixture.ID, MappedFixture.SETTINGS, new Replayed());
      first.close();
      MappedLog again = storage.open(MappedFixture.ID, MappedFixture.SETTINGS, new Replayed());
      again.close();
      assertThat(again.epoch()).isGreaterThan(first.epoch());
      storage.delete(MappedFixture.ID);
      MappedLog created = storage.open(MappedFixture.ID, MappedFixture.SETTINGS, new Replayed());
      created.close();
      assertThat(created.epoch()).as("of a new log").isEqualTo(again.epoch());
    }
  }

  @Test
  void anotherProcessIsRefusedWithTheHolderOfTheDirectory() throws Exception {
    try (MappedStorage held = open(temporary)) {
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LockAttempt.class.getName(),
                  temporary.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(other.getInputStream().readAllBytes());
      assertThat(other.waitFor()).as(said).isZero();
      assertThat(said)
          .contains("DIRECTORY_LOCKED")
          .contains("in use by process " + ProcessHandle.current().pid());
      assertThat(held.freeSpace().bytes()).isPositive();
    }
  }

  /** Another process that opens the same directory. */
  static final class LockAttempt {

    private LockAttempt() {}

    public static void main(String[] args) {
      try {
        DirectoryLock.take(Path.of(args[0])).close();
        System.out.println("taken");
      } catch (StorageException e) {
        System.out.println(e.code() + " " + e.getMessage());
      }
    }
  }

  @Test
  void aDirectoryThatCannotBeCreatedIsRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    StorageException refusal = MappedFixture.refusal(() -> open(file.resolve("data")));
    assertThat(refusal.code()).isEqualTo(ErrorCode.DIRECTORY_NOT_WRITABLE);
    assertThat(refusal).hasMessageContaining(file.resolve("data").toString());
  }

  @Test
  void aRefusedOpenReleasesTheDirectory() {
    assertThatThrownBy(
            () ->
                MappedStorage.open(
                    temporary,
                    MappedSettings.defaults(),
                    directory -> {
                      throw new StorageException(ErrorCode.STORAGE_FAILED, "no such disk");
                    }))
        .hasMessage("no such disk");
    open(temporary).close();
  }

  @Test
  void anOpenThatFailsLateClosesItsFiles() throws IOException {
    Path data = temporary.resolve("data");
    assertThatThrownBy(
            () ->
                MappedStorage.open(
                    data,
                    MappedSettings.defaults(),
                    directory -> {
                      replaceByFile(directory.resolve("logs"));
                      return new FaultyDisk(LinuxDisk.probed(directory));
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("logs");
    assertThat(openFiles()).noneMatch(file -> file.startsWith(data.toString()));
    Files.delete(data.resolve("logs"));
    open(data).close();
  }

  private static void replaceByFile(Path directory) {
    try {
      Files.delete(directory);
      Files.createFile(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> openFiles() throws IOException {
    List<String> files = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          files.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closedMeanwhile) {
          // Such as the descriptor of this list.
        }
      }
    }
    return files;
  }

  @Test
  void foreignNamesAmongTheLogsAreNotLogs() throws IOException {
    try (MappedStorage storage = open(temporary)) {
      for (String name :
          List.of(
              "lost+found",
              "00000000-0000-0000-0000-00000000000g-1",
              "00000000-0000-0000-0000-000000000001-99999999999")) {
        Files.createDirectory(temporary.resolve("logs").resolve(name));
      }
      assertThat(storage.list()).isEmpty();
    }
  }

  private static byte[] withVersion(int version, byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(4, (short) version);
    CRC32C crc = new CRC32C();
    crc.update(file, 0, 12);
    crc.update(
        file, MappedFixture.SMALL_FILE_HEADER, file.length - MappedFixture.SMALL_FILE_HEADER);
    bytes.putInt(12, (int) crc.getValue());
    return file;
  }

  @Test
  void aDamagedOrMissingStateIsRestoredFromItsCopyAndViceVersa() throws IOException {
    byte[] topics = {1, 2, 3};
    for (String damaged : List.of("topics.state", "topics.copy")) {
      try (MappedStorage storage = open(temporary)) {
        TestStates.save(storage.states(), "topics", topics);
        Path file = temporary.resolve("states").resolve(damaged);
        byte[] good = Files.readAllBytes(file);
        MappedFixture.flip(file, 17);
        byte[] bad = Files.readAllBytes(file);
        assertThat(TestStates.load(storage.states(), "topics")).hasValue(topics);
        assertThat(file).hasBinaryContent(good);
        assertThat(temporary.resolve("quarantine/states-" + damaged)).hasBinaryContent(bad);
        Files.delete(file);
        assertThat(TestStates.load(storage.states(), "topics")).hasValue(topics);
        assertThat(file).hasBinaryContent(good);
      }
    }
  }

  @Test
  void ifACrashLeftStateAndCopyDifferentTheStateCounts() throws IOException {
    try (MappedStorage storage = open(temporary)) {
      Path state = temporary.resolve("states/topics.state");
      TestStates.save(storage.states(), "topics", new byte[] {1});
      byte[] before = Files.readAllBytes(state);
      TestStates.save(storage.states(), "topics", new byte[] {2});
      Files.write(state, before);
      assertThat(TestStates.load(storage.states(), "topics")).hasValue(new byte[] {1});
      MappedFixture.flip(state, 16);
      assertThat(TestStates.load(storage.states(), "topics"))
          .as("the copy")
          .hasValue(new byte[] {1});
    }
  }

  @Test
  void aStateThatCannotBeSavedIsStillTheOldOne() {
    FaultyDisk[] disk = new FaultyDisk[1];
    try (MappedStorage storage =
        MappedStorage.open(
            temporary,
            MappedSettings.defaults(),
            directory -> disk[0] = new FaultyDisk(LinuxDisk.probed(directory)))) {
      TestStates.save(storage.states(), "topics", new byte[] {1});
      disk[0].fsyncFails = true;
      MappedFixture.assertCode(
          ErrorCode.STORAGE_FAILED,
          () -> TestStates.save(storage.states(), "topics", new byte[] {2}));
      disk[0].fsyncFails = false;
      assertThat(TestStates.load(storage.states(), "topics")).hasValue(new byte[] {1});
    }
  }

  @Test
  void aStateThatIsDamagedTogetherWithItsCopyIsRefused() throws IOException {
    try (MappedStorage storage = open(temporary)) {
      TestStates.save(storage.states(), "topics", new byte[] {1, 2, 3});
      Path state = temporary.resolve("states/topics.state");
      Path copy = temporary.resolve("states/topics.copy");
      MappedFixture.flip(state, 17);
      MappedFixture.flip(copy, 5);
      assertThat(MappedFixture.refusal(() -> TestStates.load(storage.states(), "topics")))
          .hasMessageContaining("topics.state is damaged")
          .hasMessageContaining("damaged, too")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.CORRUPT_LOG);
      Files.delete(copy);
      assertThat(MappedFixture.refusal(() -> TestStates.load(storage.states(), "topics")))
          .hasMessageContaining("missing");
      assertThat(state).as("left for a restore by hand").exists();
    }
  }

  @Test
  void aStateOfANewerVersionIsRefused() throws IOException {
    try (MappedStorage storage = open(temporary)) {
      TestStates.save(storage.states(), "topics", new byte[] {1, 2, 3});
      Path state = temporary.resolve("states/topics.state");
      Files.write(state, withVersion(9, Files.readAllBytes(state)));
      MappedFixture.assertCode(
          ErrorCode.LOG_TOO_NEW, () -> TestStates.load(storage.states(), "topics"));
      Path copy = temporary.resolve("states/topics.copy");
      byte[] newer = Files.readAllBytes(state);
      Files.write(state, Files.readAllBytes(copy));
      Files.write(copy, newer);
      assertThat(TestStates.load(storage.states(), "topics"))
          .as("the copy is not needed")
          .hasValue(new byte[] {1, 2, 3});
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new MappedSettings(0, 100)).hasMessageContaining("backgroundThreads");
    assertThatThrownBy(() -> new MappedSettings(1, 0)).hasMessageContaining("maxMappedSegments");
  }
}
