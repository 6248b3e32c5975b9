package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The errors of the operating system, by their texts. */
class DiskFailureTest {

  private static final Path FILE = Path.of("some.log");

  @ParameterizedTest
  @CsvSource({
    "Too many open files, ulimit -n",
    "Too many open files in system, fs.file-max",
    "Cannot allocate memory, vm.max_map_count",
    "Map failed, vm.max_map_count"
  })
  void aMissingResourceIsARefusalThatSaysWhatRaisesTheLimit(String text, String nextStep) {
    StorageException refused = DiskFailure.of("open", FILE, new FileSystemException(text));
    assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);
    assertThat(refused.isShortage()).isTrue();
    assertThat(refused)
        .hasMessageContaining("some.log")
        .hasMessageContaining(nextStep)
        .hasMessageNotContaining("restart");
  }

  @Test
  void onlyAMissingPermissionIsAnsweredWithTheAdviceToGiveWriteAccess() {
    assertThat(notWritable(new FileSystemException("d", null, "Too many open files")))
        .isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);
    assertThat(notWritable(new FileSystemException("d", null, "No space left on device")))
        .isEqualTo(ErrorCode.DISK_FULL);
    assertThat(notWritable(new AccessDeniedException("d")))
        .isEqualTo(ErrorCode.DIRECTORY_NOT_WRITABLE);
    assertThat(DiskFailure.notWritable("lock data directory", FILE, new AccessDeniedException("d")))
        .hasMessageStartingWith("cannot lock data directory some.log: permission denied; give");
  }

  private static ErrorCode notWritable(IOException cause) {
    return DiskFailure.notWritable("create directory", FILE, cause).code();
  }

  @Test
  void theRefusalHasTheLimitOfTheProcess() {
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    assertThat(ProcessLimits.openFiles()).isEqualTo(system.getMaxFileDescriptorCount());
    assertThat(ProcessLimits.memoryMaps()).isGreaterThan(1_000);
    assertThat(DiskFailure.of("open", FILE, new IOException("Too many open files")))
        .hasMessageContaining("(" + system.getMaxFileDescriptorCount() + ")");
  }

  @Test
  void anotherErrorIsAFailure() {
    StorageException failed = DiskFailure.of("write", FILE, new IOException("Input/output error"));
    assertThat(failed.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(failed.isShortage()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theReasonIsThatOfTheSystemWithoutClassNames(IOException failure, String reason) {
    assertThat(DiskFailure.of("create", Path.of("/proc/x"), failure))
        .hasMessageStartingWith("cannot create /proc/x: " + reason + "; ")
        .hasMessageNotContaining("java");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/proc/x"), "no such file or directory"),
        Arguments.of(new AccessDeniedException("/proc/x"), "permission denied"),
        Arguments.of(
            new FileSystemException("/proc/x", null, "Not a directory"), "Not a directory"),
        Arguments.of(new IOException("Input/output error"), "Input/output error"));
  }
}
