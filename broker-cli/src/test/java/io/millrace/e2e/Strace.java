package io.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** strace(1), attached to the broker, which injects faults into the fsyncs of one file. */
final class Strace implements AutoCloseable {

  private final Process process;

  private Strace(Process process) {
    this.process = process;
  }

  /**
   * Attaches strace. Skips the test if strace is missing or may not attach.
   *
   * @param directory where strace can write
   * @param fault the fault, in the form of strace's option {@code inject}, such as {@code
   *     error=EIO}
   */
  static Strace onFsyncsOf(Path segment, EndToEndBroker broker, Path directory, String fault)
      throws IOException {
    Path output = directory.resolve("strace.txt");
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "strace",
                  "-f",
                  "-p",
                  String.valueOf(broker.pid()),
                  "-P",
                  segment.toString(),
                  "-e",
                  "trace=fdatasync,fsync",
                  "-e",
                  "inject=fdatasync,fsync:" + fault)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "skipped: needs strace: " + e.getMessage());
      throw e;
    }
    await()
        .atMost(JavaProcess.LIMIT)
        .until(() -> !process.isAlive() || Files.readString(output).contains("attached"));
    assumeTrue(process.isAlive(), () -> "skipped: strace may not attach to the broker");
    return new Strace(process);
  }

  boolean isAttached() {
    return process.isAlive();
  }

  /** Ends strace at once. A delayed system call then continues, and no more faults are injected. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
