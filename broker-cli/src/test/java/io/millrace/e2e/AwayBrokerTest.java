package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What commands say while their broker is away, and at a wrong address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwayBrokerTest {

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    millrace.run("topic", "create", "rides").orFail();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void readerAndProducerSayThatTheyReconnectAndThatTheyHave() throws Exception {
    Process reader =
        new ProcessBuilder(
                JavaProcess.millrace(
                    millrace.withServer("consume", "rides", "--max=2", "--output=json")))
            .start();
    Process producer =
        new ProcessBuilder(JavaProcess.millrace(millrace.withServer("produce", "rides"))).start();
    try (BufferedReader read = reader.inputReader(StandardCharsets.UTF_8);
        BufferedReader ofReader = reader.errorReader(StandardCharsets.UTF_8);
        BufferedReader ofProducer = producer.errorReader(StandardCharsets.UTF_8)) {
      producer.getOutputStream().write("one\n".getBytes(StandardCharsets.UTF_8));
      producer.getOutputStream().flush();
      assertThat(read.readLine()).contains("\"one\"");
      broker.kill();
      producer.getOutputStream().write("two\n".getBytes(StandardCharsets.UTF_8));
      producer.getOutputStream().flush();
      String waiting = "reconnecting to " + broker.address() + ", since \\d+ s: Connection refused";
      assertThat(ofReader.readLine()).matches(notice(waiting));
      // It may say first that nothing is acknowledged.
      assertThat(
              Stream.generate(() -> line(ofProducer))
                  .anyMatch(line -> line.matches("millrace produce: " + waiting)))
          .isTrue();

      broker.start();
      producer.getOutputStream().close();
      assertThat(read.readLine()).contains("\"two\"");
      String again = "connected again to " + broker.address() + " after \\d+ s";
      assertThat(ofReader.lines()).last().asString().matches(notice(again));
      assertThat(ofProducer.lines())
          .anyMatch(line -> line.matches("millrace produce: " + again))
          .last()
          .asString()
          .startsWith("produced 2 events");
      assertThat(reader.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(producer.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).isZero();
      assertThat(producer.exitValue()).isZero();
    } finally {
      reader.destroyForcibly();
      producer.destroyForcibly();
    }
  }

  private static String line(BufferedReader of) {
    try {
      return Objects.requireNonNull(of.readLine(), "the command has ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The notice of a command that prints JSON. */
  private static String notice(String message) {
    return "\\{\"notice\":\\{\"command\":\"millrace consume\",\"message\":\"" + message + "\"}}";
  }

  @Test
  void wrongAddressIsBlamedOnWhatNamedIt() throws Exception {
    ProcessBuilder command = new ProcessBuilder(JavaProcess.millrace(List.of("topic", "list")));
    command.environment().put("MILLRACE_SERVER", "foo:bar");
    Process process = command.start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(errors)
        .startsWith("millrace topic list: the environment variable MILLRACE_SERVER: 'foo:bar'")
        .doesNotContain("--server");
    assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
  }
}
