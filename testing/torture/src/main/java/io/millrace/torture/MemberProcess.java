package io.millrace.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The handle of a process that runs {@link TortureMember}. One thread, except {@link #kill}. */
final class MemberProcess {

  private static final long CLOSE_SECONDS = 120;

  private final int number;
  private final int threads;
  private final Path file;
  private final Path log;
  private final Process process;
  private long continueNanos;
  private boolean paused;
  private boolean killed;

  private MemberProcess(int number, int threads, Path file, Path log, Process process) {
    this.number = number;
    this.threads = threads;
    this.file = file;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a member.
   *
   * @param directory gets the file of the member and its log
   * @param threads the threads of its handlers; 0: it polls
   */
  static MemberProcess start(
      Path directory, int number, String address, GroupTorturePlan plan, int threads)
      throws IOException {
    Path file = directory.resolve("member-" + number + ".txt");
    Path log = directory.resolve("member-" + number + ".log");
    Files.createFile(file);
    List<String> words =
        JavaWords.main(
            TortureMember.class,
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=" + logging(directory));
    words.add(address);
    words.add(String.valueOf(plan.sessionTimeout().toMillis()));
    words.add(String.valueOf(threads));
    words.add(String.valueOf(plan.seed() * 31 + number));
    words.add(file.toString());
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new MemberProcess(number, threads, file, log, process);
  }

  private static Path logging(Path directory) throws IOException {
    Path file = directory.resolve("logback-members.xml");
    if (Files.notExists(file)) {
      Files.writeString(
          file,
          """
          <configuration>
            <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
            <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
              <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
            </appender>
            <root level="INFO"><appender-ref ref="console"/></root>
          </configuration>
          """);
    }
    return file;
  }

  int number() {
    return number;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isPaused() {
    return paused;
  }

  /** Suspends the process (SIGSTOP). */
  void pause(long forNanos) throws IOException, InterruptedException {
    signal("STOP");
    paused = true;
    continueNanos = System.nanoTime() + forNanos;
  }

  /** Continues a suspended process (SIGCONT) whose time has come. */
  void continueIfDue(long nowNanos) throws IOException, InterruptedException {
    if (paused && nowNanos - continueNanos >= 0) {
      signal("CONT");
      paused = false;
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    SystemCommand.Outcome kill = SystemCommand.run("kill", "-" + name, "" + process.pid());
    if (kill.exitCode() != 0 && process.isAlive()) {
      throw new IOException("kill -" + name + " " + process.pid() + ": " + kill.output());
    }
  }

  /** Ends the process with SIGKILL, also a suspended one. Any thread. */
  void kill() {
    killed = true;
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Tells the member to close its consumer and to end. Does not wait. */
  void close() throws IOException {
    process.getOutputStream().close();
  }

  /** Waits until a member that closes has ended. Returns what is wrong; null if nothing is. */
  String awaitEnd() throws InterruptedException {
    if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      return this + " has not closed in " + CLOSE_SECONDS + " s";
    }
    return killed || process.exitValue() == 0
        ? null
        : this + " has ended with exit code " + process.exitValue() + lastLines();
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return ": " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    } catch (IOException e) {
      return ", and its log cannot be read: " + e.getMessage();
    }
  }

  /** What the member has written. */
  MemberHistory history() throws IOException {
    return new MemberHistory(
        number, threads, MemberRecord.parseAll(Files.readString(file, StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return "member " + number;
  }
}
