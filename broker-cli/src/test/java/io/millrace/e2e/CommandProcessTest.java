package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.RetryPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How commands end: exit codes, signals, and closed streams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandProcessTest {

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    millrace.run("topic", "create", "lines").orFail();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void helpAndVersionAndCompletionEndWith0AndNothingOnStderr() {
    for (String argument : List.of("--help", "--version", "completion")) {
      CommandResult result = JavaProcess.run(List.of(argument));
      assertThat(result.exitCode()).isZero();
      assertThat(result.stdoutText()).containsIgnoringCase("millrace");
      assertThat(result.stderr()).isEmpty();
    }
  }

  @Test
  void usageErrorsEndWith2AndFailuresWith1() {
    CommandResult usage = JavaProcess.run(List.of("consume", "t", "--from", "soon"));
    assertThat(usage.exitCode()).isEqualTo(2);
    CommandResult failure = JavaProcess.run(List.of("log", "inspect", directory.toString()));
    assertThat(failure.exitCode()).isEqualTo(1);
    assertThat(failure.stderr()).contains("neither a data directory").doesNotContain("\tat ");
    CommandResult missing = millrace.run("produce", "lines", "--file", "no-such-file");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.stderr())
        .isEqualTo("millrace produce: there is no file or directory no-such-file\n");
  }

  @Test
  void aClosedPipeIsNoError() throws Exception {
    Process process = start("demo", "--events", "1000000");
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).startsWith("{\"ride\"");
    }
    assertThat(errorsAtTheEndOf(process)).isEmpty();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void ctrlCEndsTailWith130AfterItsOutputIsPrinted() throws Exception {
    millrace.run("topic", "create", "tailed").orFail();
    Process process =
        start("tail", "tailed", "-f", "--output", "value", "--server", broker.address());
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      millrace.run("hello\n".getBytes(StandardCharsets.UTF_8), "produce", "tailed").orFail();
      assertThat(lines.readLine()).isEqualTo("hello");
      interrupt(process);
      assertThat(lines.readLine()).isNull();
    }
    assertThat(errorsAtTheEndOf(process)).isEmpty();
    assertThat(process.exitValue()).isEqualTo(130);
  }

  @ParameterizedTest
  @ValueSource(strings = {"consume", "tail -f"})
  void partitionsThatAreAddedAreReadToo(String command) throws Exception {
    String topic = "growing-" + command.substring(0, 4);
    millrace.run("topic", "create", topic).orFail();
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of(topic, "--output", "value", "--server", broker.address()));
    Process process = start(words.toArray(String[]::new));
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      millrace.run("first\n".getBytes(StandardCharsets.UTF_8), "produce", topic).orFail();
      assertThat(lines.readLine()).isEqualTo("first");
      millrace.run("topic", "add-partitions", topic, "--to", "3").orFail();
      byte[] second = "second\n".getBytes(StandardCharsets.UTF_8);
      millrace.run(second, "produce", topic, "--partition", "2").orFail();
      assertThat(lines.readLine()).isEqualTo("second");
      interrupt(process);
      assertThat(lines.readLine()).as("an event that was printed before").isNull();
    }
    assertThat(errorsAtTheEndOf(process)).contains("new partitions, which are read too: 1, 2");
  }

  @Test
  void ctrlCPrintsTheReportOfAnIdleProduce() throws Exception {
    millrace.run("topic", "create", "typed").orFail();
    Process process = start("produce", "typed", "--server", broker.address());
    process.getOutputStream().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    CommandResult stored =
        millrace.run("consume", "typed", "--max", "2", "--output", "value").orFail();
    assertThat(stored.stdoutLines()).containsExactly("one", "two");
    interrupt(process);
    assertThat(errorsAtTheEndOf(process)).startsWith("produced 2 events, 6 bytes in ");
    assertThat(process.exitValue()).isEqualTo(130);
  }

  @Test
  void ctrlCEndsProduceBeforeTheDeliveryTimeoutWhenTheBrokerIsDown() throws Exception {
    try (EndToEndBroker other =
        EndToEndBroker.start(Files.createDirectory(directory.resolve("o")))) {
      MillraceCommand command = new MillraceCommand(other);
      command.run("topic", "create", "lost").orFail();
      Process process = start("produce", "lost", "--server", other.address());
      OutputStream lines = process.getOutputStream();
      lines.write("stored\n".getBytes(StandardCharsets.UTF_8));
      lines.flush();
      command.run("consume", "lost", "--max", "1").orFail();
      other.kill();
      // More than the capacity of a pipe: when this returns, the first lines were sent.
      lines.write("lost\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
      lines.flush();
      long interruptedNanos = System.nanoTime();
      interrupt(process);
      assertThat(errorsAtTheEndOf(process))
          .contains("produced 1 event, 6 bytes in ")
          .containsPattern("no acknowledgement for [0-9,]+ events?; the first is line 2: ");
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(Duration.ofNanos(System.nanoTime() - interruptedNanos))
          .isLessThan(RetryPolicy.defaults().deliveryTimeout());
    }
  }

  @Test
  void aReportToAClosedPipeIsNoError() throws Exception {
    millrace.run("topic", "create", "unread").orFail();
    Process process = start("produce", "unread", "--output", "json", "--server", broker.address());
    process.getInputStream().close();
    process.getOutputStream().write("stored\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    assertThat(errorsAtTheEndOf(process)).isEmpty();
    assertThat(process.exitValue()).isZero();
    assertThat(valuesOf("unread")).containsExactly("stored");
  }

  @Test
  void ctrlCDeletesTheTopicOfABenchmark() throws Exception {
    Process process = start("bench", "produce", "--duration", "10m", "--server", broker.address());
    while (topics().stream().noneMatch(name -> name.startsWith("bench-"))) {
      assertThat(process.isAlive()).isTrue();
    }
    interrupt(process);
    assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(topics()).noneMatch(name -> name.startsWith("bench-"));
  }

  private List<String> topics() {
    return millrace.run("topic", "list").orFail().stdoutLines();
  }

  @Test
  void anInvalidLineStopsProduceOrIsSkipped() throws Exception {
    millrace.run("topic", "create", "numbered").orFail();
    byte[] input = "{\"n\":1}\n{\"m\":2}\n{\"n\":3}\n".getBytes(StandardCharsets.UTF_8);
    CommandResult stopped =
        millrace.run(input, "produce", "numbered", "--source-field", "n", "--output", "json");
    assertThat(stopped.exitCode()).isEqualTo(1);
    assertThat(stopped.stdoutText()).contains("\"events\":1,", "\"rejectedLines\":1,");
    List<String> printed = stopped.stderr().lines().toList();
    assertThat(printed).allMatch(line -> line.startsWith("{")); // a slow machine adds a notice
    String last = printed.get(printed.size() - 1);
    assertThat(new ObjectMapper().readTree(last).at("/error/message").asText())
        .contains("stopped at line 2: the field 'n' is missing", "--on-error skip");

    CommandResult skipped =
        millrace.run(input, "produce", "numbered", "--source-field", "n", "--on-error", "skip");
    assertThat(skipped.exitCode()).isEqualTo(1);
    assertThat(skipped.stderr())
        .contains("produced 2 events", "skipped 1 line; the first is line 2");
    assertThat(valuesOf("numbered")).containsExactly("{\"n\":1}", "{\"n\":1}", "{\"n\":3}");
  }

  @Test
  void gzipIsUnpackedAndATruncatedFileStillPrintsTheReport() throws Exception {
    millrace.run("topic", "create", "packed").orFail();
    Path file = directory.resolve("lines.gz");
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write("a\r\n\nlast".getBytes(StandardCharsets.UTF_8));
    }
    millrace.run("produce", "packed", "--file", file.toString()).orFail();
    assertThat(millrace.run("consume", "packed", "--until=end", "--output=value").stdoutText())
        .isEqualTo("a\r\n\nlast\n");

    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 30_000; i++) {
        gzip.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    CommandResult damaged = millrace.run("produce", "packed", "--file", file.toString());
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.stderr())
        .contains("produced ", "lines.gz", "the gzip data is not whole: it ends in the middle")
        .containsPattern("after line ([0-9]+): .* send the rest, from line [0-9]+")
        .doesNotContain("\tat ");
    assertThat(
            millrace.run("produce", "packed", "--name=import", "--file", file.toString()).stderr())
        .contains("were sent: correct the input and run the command again with --name import");
  }

  private List<String> valuesOf(String topic) {
    return millrace.run("consume", topic, "--until=end", "--output=value").orFail().stdoutLines();
  }

  private static Process start(String... arguments) throws IOException {
    // A build that was started in the background ignores SIGINT, and its children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(JavaProcess.millrace(List.of(arguments)));
    return new ProcessBuilder(command).start();
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    assertThat(
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  private static String errorsAtTheEndOf(Process process) throws IOException, InterruptedException {
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return errors;
  }
}
