package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileReasonTest {

  @Test
  void aReasonHasNeitherClassNorPath() {
    assertThat(FileReason.of(new NoSuchFileException("/a"))).isEqualTo("no such file or directory");
    assertThat(FileReason.of(new AccessDeniedException("/a"))).isEqualTo("permission denied");
    assertThat(FileReason.of(new FileSystemException("/a", null, "Is a directory")))
        .isEqualTo("Is a directory");
    assertThat(FileReason.of(new IOException("Input/output error")))
        .isEqualTo("Input/output error");
  }
}
