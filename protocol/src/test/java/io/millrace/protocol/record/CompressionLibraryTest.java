package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The native library stays loaded, and no file of it is left if the process is killed. */
class CompressionLibraryTest {

  @Test
  void theLoadedLibraryHasNoFile() throws IOException {
    assertThat(CompressionLibrary.load().toString()).contains("JNI");
    assertThat(Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1))
        .filteredOn(line -> line.contains("liblz4-java-"))
        .isNotEmpty()
        .allMatch(line -> line.endsWith("(deleted)"));
  }
}
