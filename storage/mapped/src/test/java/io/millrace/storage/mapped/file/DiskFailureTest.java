package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
