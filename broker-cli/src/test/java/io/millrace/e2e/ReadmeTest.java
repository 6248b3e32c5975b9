package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what README.md shows: its shell blocks in their order in a real shell, and its program. Only
 * {@code scripts/millrace} is replaced, by a script that runs the classes of this build.
 */
class ReadmeTest {

  @TempDir Path directory;

  @Test
  void itsCommandsAndItsProgramWork() throws Exception {
    List<String> shell = Readme.blocks("sh");
    assertThat(shell).hasSizeGreaterThan(4);
    assertThat(shell.get(0)).isEqualTo("scripts/millrace server --data-dir data\n");

    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      replaceLauncher(broker);
      StringBuilder printed = new StringBuilder();
      for (String block : shell.subList(1, shell.size())) {
        printed.append(run(List.of("bash", "-euo", "pipefail", "-c", block)));
      }
      assertThat(printed.toString())
          .contains("picked up", "ride-4713", "vehicle-23", "2026-03-01T08:03:10.000000Z", "copy");

      String program = Readme.blocks("java").get(0).replace("localhost:9710", broker.address());
      List<String> tour = PageProgram.compiled(directory, "Tour", program);
      assertThat(run(tour))
          .contains("on disk: Receipt[topic=fares", "0 vehicle-17 {\"fare\": 12.40}");
      assertThat(run(tour)).as("the second run").contains("1 vehicle-17 {\"fare\": 12.40}");
    }
  }

  private void replaceLauncher(EndToEndBroker broker) throws IOException {
    String command =
        JavaProcess.millrace(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path launcher = Files.createDirectories(directory.resolve("scripts")).resolve("millrace");
    Files.writeString(
        launcher,
        "#!/bin/sh\nMILLRACE_SERVER=" + broker.address() + " exec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String run(List<String> command) throws Exception {
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(output);
    assertThat(ended).as("ended in time: %s\n%s", command, printed).isTrue();
    assertThat(process.exitValue()).as("%s\n%s", command, printed).isZero();
    return printed;
  }
}
