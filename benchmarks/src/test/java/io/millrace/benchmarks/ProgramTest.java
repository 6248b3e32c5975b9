package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  @TempDir Path directory;

  @Test
  void theFirstExecutableFileOfTheNameIsFound() throws Exception {
    Path notExecutable = Files.createDirectory(directory.resolve("first"));
    Files.writeString(notExecutable.resolve("broker"), "");
    Path second = script(Files.createDirectory(directory.resolve("second")), "v1.2.3 of today");
    Path third = Files.createDirectory(directory.resolve("third"));
    script(third, "v4");

    Program found =
        Program.find(
            "broker",
            String.join(
                File.pathSeparator,
                notExecutable.toString(),
                second.getParent().toString(),
                third.toString()));

    assertThat(found.file()).isEqualTo(second);
    assertThat(found.version()).isEqualTo("1.2.3");
  }

  @Test
  void theErrorForAMissingProgramSaysWhatToDo() {
    assertThatThrownBy(() -> Program.find("broker", directory.toString()))
        .isInstanceOf(MissingProgramException.class)
        .hasMessageContainingAll("broker is not on the PATH", "install it", "--vs");
  }

  @Test
  void aProgramThatFailsIsNamedWithWhatItPrinted() throws Exception {
    Path broken = directory.resolve("broker");
    Files.writeString(broken, "#!/bin/sh\necho 'no libssl' >&2\nexit 127\n");
    Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));

    assertThatThrownBy(() -> new Program(broken).version())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(broken + " --version: it failed with exit code 127: no libssl");
  }

  @Test
  void aTextWithoutAVersionIsOfUnknownVersion() {
    assertThat(Program.versionIn("broker of 2026")).isEqualTo("of unknown version");
  }

  private static Path script(Path directory, String output) throws Exception {
    Path script = directory.resolve("broker");
    Files.writeString(script, "#!/bin/sh\necho '" + output + "'\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }
}
