package io.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** strace(1) on the broker, which has the kernel treat the forces of one file badly. */
final class Strace implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;

  private Strace(Process process) {
    this.process = process;
  }

  /**
   * Attaches; skips the test where there is no strace, or where it may not.
   *
   * @param directory where strace may write
   * @param fault as strace's option {@code inject} has it, such as {@code error=EIO}
   */
  static Strace onForcesOf(Path segment, EndToEndBroker broker, Path directory, String fault)
      throws IOException {
    Path told = directory.resolve("strace.txt");
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
              .redirectOutput(told.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "skipped: needs strace: " + e.getMessage());
      throw e;
    }
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || Files.readString(told).contains("attached"));
    assumeTrue(process.isAlive(), () -> "skipped: strace may not attach to the broker");
    return new Strace(process);
  }

  boolean isAttached() {
    return process.isAlive();
  }

  /** Ends strace at once, which lets go of a call that it delays; the kernel is itself again. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
