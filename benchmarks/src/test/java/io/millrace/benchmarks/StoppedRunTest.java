package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A run in its own process, which is stopped in the middle. */
class StoppedRunTest {

  /**
   * The launcher of the broker in this test: it writes a file, prints its process id, and stays.
   */
  private static final String LAUNCHER =
      """
      #!/bin/sh
      mkdir -p "$3" && echo written >"$3/segment"
      echo $$ >"${0%/*}/started"
      exec sleep 600
      """;

  @TempDir Path root;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void endsItsBrokerAndDeletesItsData() throws Exception {
    Path scripts = Files.createDirectory(root.resolve("scripts"));
    Files.createFile(
        scripts.resolve("millrace"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(scripts.resolve("millrace"), LAUNCHER);
    Path started = scripts.resolve("started");
    assertThat(new ProcessBuilder("mkfifo", started.toString()).inheritIO().start().waitFor())
        .isZero();
    Path data = root.resolve("data");
    Process run = run(data);

    // The read returns when the launcher has written to the pipe.
    long broker = Long.parseLong(Files.readString(started).trim());
    assertThat(data).isDirectoryRecursivelyContaining("glob:**/segment");
    run.destroy();

    assertThat(run.waitFor()).as("SIGTERM").isEqualTo(128 + 15);
    assertThat(ProcessHandle.of(broker)).as("the broker").isEmpty();
    assertThat(data).isEmptyDirectory();
  }

  private Process run(Path data) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Jdk.running().java().toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BenchmarkCommand.class.getName());
    command.addAll(List.of("--root", root.toString(), "--dir", data.toString()));
    command.addAll(List.of("--only", "produce-100-stored"));
    command.addAll(List.of("--out", root.resolve("samples.jsonl").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(root.resolve("output").toFile())
        .start();
  }
}
