package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code produce} says about an import that was not whole, and {@code consume} about a time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportMessagesTest {

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    millrace.run("topic", "create", "t", "--partitions=4").orFail();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void partitionsThatWereAddedSinceTheEarlierRunAreWarnedOf() throws IOException {
    millrace.run("topic", "create", "grown", "--partitions=2").orFail();
    byte[] lines =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "key" + i + ":v\n")
            .collect(Collectors.joining())
            .getBytes(UTF_8);
    String[] importing = {"produce", "grown", "--name=n", "--key-separator=:"};
    millrace.run(lines, importing).orFail();
    String warning = "none in partition 2 or after it";
    assertThat(millrace.run(lines, importing).orFail().stderr()).doesNotContain(warning);

    millrace.run("topic", "add-partitions", "grown", "--to=4").orFail();
    assertThat(millrace.run(lines, importing).orFail().stderr()).contains(warning);
  }

  @Test
  void anotherInputOfTheSameNameIsWarnedOf() throws IOException {
    millrace.run("a1\na2\n".getBytes(UTF_8), "produce", "t", "--name=n").orFail();
    CommandResult other = millrace.run("b1\nb2\n".getBytes(UTF_8), "produce", "t", "--name=n");
    assertThat(other.orFail().stderr())
        .contains("already stored by an earlier run: 2 lines", "with another --name");
  }

  @Test
  void aSecondRunEndsTheFirstWithOneLineThatNamesIt() throws Exception {
    Path output = directory.resolve("first.txt");
    Process first = start(output, "produce", "t", "--name=twice");
    try {
      write(first, "line 1\n");
      await().atMost(JavaProcess.LIMIT).until(() -> stored("line 1"));
      millrace.run("line 1\n".getBytes(UTF_8), "produce", "t", "--name=twice").orFail();
      write(first, "line 2\n");
      first.getOutputStream().close();
      assertThat(first.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.exitValue()).isEqualTo(1);
    assertThat(Files.readString(output))
        .containsOnlyOnce("another run with --name twice has begun")
        .containsOnlyOnce("STALE_PRODUCER_EPOCH")
        .doesNotContain("event=", "producer 4");
  }

  @Test
  void aStoppedImportSaysHowToGoOn() throws Exception {
    assertThat(stopAfter("named", "--name=named"))
        .contains("stopped; run it again with --name named to continue");
    assertThat(stopAfter("plain")).contains("stopped after line 2; the next line to send is 3");
  }

  private String stopAfter(String line, String... options) throws Exception {
    Path output = directory.resolve(line + ".txt");
    String[] command = Arrays.copyOf(new String[] {"produce", "t"}, 2 + options.length);
    System.arraycopy(options, 0, command, 2, options.length);
    Process process = start(output, command);
    try {
      write(process, "x\n" + line + "\n");
      await().atMost(JavaProcess.LIMIT).until(() -> stored(line));
      process.toHandle().destroy(); // the signal only: the input stays open
      assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  @Test
  void aCutGzipFileSaysHowToGoOn() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 20_000; i++) {
        gzip.write(("line " + i * 7919L % 104_729 + "\n").getBytes(UTF_8));
      }
    }
    Path file = directory.resolve("t.gz");
    Files.write(file, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
    String plain = millrace.run("produce", "t", "--file=" + file).stderr();
    assertThat(plain).contains("is not whole", "the lines up to there were sent");
    assertThat(plain).containsPattern("send the rest, from line [0-9]+ on");
    assertThat(millrace.run("produce", "t", "--name=gz", "--file=" + file).stderr())
        .contains("run the command again with --name gz");
  }

  @Test
  void aPartitionThatDoesNotExistIsRefusedWithoutALine() throws IOException {
    CommandResult result = millrace.run(new byte[0], "produce", "t", "--partition=99");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr()).contains("expected --partition 0 to 3", "[UNKNOWN_PARTITION]");
  }

  @Test
  void linesThatAreNotJsonNameTheOptionsThatNeedIt() throws IOException {
    CommandResult result =
        millrace.run("time,value\n".getBytes(UTF_8), "produce", "t", "--source-field=s");
    assertThat(result.stderr()).contains("--source-field and --key-field need lines of JSON");
  }

  @Test
  void anOffsetThatLooksLikeATimeIsExplained() {
    CommandResult result = millrace.run("consume", "t", "--from=1767225600", "--until=end");
    assertThat(result.stderr())
        .contains("OFFSET_OUT_OF_RANGE", "if a time is meant, write --from 2026-01-01T00:00:00Z");
    assertThat(millrace.run("consume", "t", "--from=99", "--until=end").stderr())
        .contains("OFFSET_OUT_OF_RANGE")
        .doesNotContain("if a time is meant");
  }

  @Test
  void tailNamesTheCommandThatHasFrom() {
    CommandResult result = millrace.run("tail", "t", "--from", "earliest");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stderr()).contains("--since TIME", "'millrace consume t --from POSITION'");
    assertThat(millrace.run("tail", "--help").stdoutText()).doesNotContain("--from");
  }

  @Test
  void statusNamesTheAddress() throws IOException {
    assertThat(millrace.run("status").orFail().stdoutText())
        .containsPattern("address +" + broker.address());
    assertThat(millrace.run("status", "--output=json").orFail().stdoutText())
        .contains("\"address\":\"" + broker.address() + "\"");
  }

  private Process start(Path output, String... arguments) throws IOException {
    return new ProcessBuilder(JavaProcess.millrace(millrace.withServer(arguments)))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static void write(Process process, String text) throws IOException {
    process.getOutputStream().write(text.getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  private boolean stored(String line) {
    return millrace
        .run("consume", "t", "--until=end", "--output=value")
        .stdoutText()
        .lines()
        .anyMatch(line::equals);
  }
}
