package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files whose length is not the one that their header states. */
class ChecksummedFileTest {

  @TempDir Path directory;

  private Path written(FileKind kind) {
    Path file = directory.resolve("file");
    ChecksummedFile.replaceWithoutFsync(file, kind, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    return file;
  }

  /** Changes the length; bytes after the old end are a hole, which takes no space on the disk. */
  private static void setLength(Path file, long bytes) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(bytes);
    }
  }

  private static void stateLength(Path file, int bodyBytes) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(8);
      opened.writeInt(Integer.reverseBytes(bodyBytes));
    }
  }

  private static void assertDamaged(Path file, FileKind kind, String how) {
    StorageException refusal =
        catchThrowableOfType(StorageException.class, () -> ChecksummedFile.read(file, kind));
    assertThat(refusal).hasMessageContaining(how);
    assertThat(refusal.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @ParameterizedTest
  @EnumSource(value = FileKind.class, mode = EnumSource.Mode.EXCLUDE, names = "SEGMENT")
  void aLengthThatTheHeaderDoesNotStateIsDamage(FileKind kind) throws IOException {
    Path file = written(kind);
    assertThat(ChecksummedFile.read(file, kind)).isPresent();
    for (long bytes : new long[] {17, 21, 3L << 30}) {
      setLength(file, bytes);
      assertDamaged(file, kind, (bytes - 16) + " body bytes, its header says 4");
    }
    setLength(file, 3);
    assertDamaged(file, kind, "3 bytes, expected at least 16");
  }

  @ParameterizedTest
  @EnumSource(value = FileKind.class, mode = EnumSource.Mode.EXCLUDE, names = "SEGMENT")
  void aLengthAboveTheLimitOfTheKindIsDamageAndNotRead(FileKind kind) throws IOException {
    Path file = written(kind);
    for (int bodyBytes : new int[] {kind.maxBodyBytes() + 1, Integer.MAX_VALUE}) {
      stateLength(file, bodyBytes);
      setLength(file, 16L + bodyBytes);
      assertDamaged(
          file, kind, bodyBytes + " body bytes, the most allowed are " + kind.maxBodyBytes());
    }
    stateLength(file, -1);
    setLength(file, 15);
    assertDamaged(file, kind, "15 bytes");
    setLength(file, 16);
    assertDamaged(file, kind, "0 body bytes, its header says");
  }

  @Test
  void aFileThatNoReaderAcceptsIsNotWritten() {
    ByteBuffer body = ByteBuffer.allocate(FileKind.CLOSED.maxBodyBytes() + 1);
    Path file = directory.resolve("file");
    StorageException refusal =
        catchThrowableOfType(
            StorageException.class,
            () -> ChecksummedFile.replaceWithoutFsync(file, FileKind.CLOSED, body));
    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(refusal).hasMessageContaining("1025 bytes, the most allowed are 1024");
    assertThat(file).doesNotExist();
  }
}
