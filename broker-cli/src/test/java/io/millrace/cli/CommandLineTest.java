package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CommandLineTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|name a command",
        "topc|there is no command 'topc'",
        "topc|Did you mean",
        "topic make|there is no command 'make'",
        "topic list rides|unexpected argument 'rides'",
        "topic list --outptu=json|Unknown option: '--outptu=json'",
        "topic|create, list, describe, alter or delete",
        "topic create|Missing required parameter: 'NAME'",
        "topic create t --partitions many|'many' is not an int",
        "topic create t --partitions -1|--partitions is -1; expected 0 or more",
        "topic alter t|Missing required option: '--set",
        "produce|Missing required parameter: 'TOPIC'",
        "produce t --ack maybe|expected one of [NONE, STORED, SYNCED]",
        "produce t --input json --key k|--input json takes time, source and key from each event",
        "produce t --input json --source-field s|--input json takes time, source and key",
        "produce t --key k --key-field k|--key and --key-field contradict each other",
        "produce t --source s --source-field s|--source and --source-field contradict each other",
        "produce t --partition -5|--partition is -5; expected 0 or more",
        "produce t --timestamp-field a..b|'a..b' is not a field path",
        "consume t --from soon|'soon' is not one of: earliest, latest, an offset",
        "consume t --until soon|'soon' is not one of: end",
        "consume t --max -1|--max is -1; expected 0 or more",
        "consume t --output yaml|expected one of [text, json, value]",
        "consume t --server host:port:x|millrace consume: --server: 'host:port:x'",
        "tail t --since soon|'soon' is not a time",
        "tail t --since 999999999d|'999999999d' is too long",
        "tail t -n -1|-n is -1; expected 0 or more",
        "bench|produce, consume, latency or torture",
        "bench produce --size 1.5MiB|'1.5MiB' is not a size",
        "bench produce --size 2GiB|'2GiB' is too large; expected at most 1GiB",
        "bench produce --server host:port:x|millrace bench produce: --server: 'host:port:x'",
        "bench produce --events -1|--events is -1; expected 0 or more",
        "bench latency --size 4|--size is 4; expected 8 or more",
        "bench latency --rate NaN|--rate is NaN; expected more than 0",
        "bench latency --rate 1e12|--rate is 1.0E12; expected more than 0, up to 1000000",
        "bench torture --duration soon|Invalid value for option '--duration'",
        "bench torture --producers 0|--producers is 0; expected 1 to 1024",
        "bench torture --partitions 1025|--partitions is 1025; expected 1 to 1024",
        "bench torture --kills -1|--kills is -1; expected 0 or more",
        "bench torture --rate 0|--rate is 0; expected 1 or more",
        "demo --vehicles 0|--vehicles is 0; expected 1 or more",
        "demo --start soon|'soon' is not a time",
        "demo --rate 0|--rate is 0.0; expected more than 0",
        "server --set listen.prt=1|did you mean 'listen.port'",
        "server --set listen.port|'listen.port' has no value; write the value after it, as in listen.port=VALUE",
        "server --set =1|'=1' has no name; write the name of a setting before the =",
        "server --port 9711|listen.port is 9711, and http.port is too",
        "topic create t --set retentionTime|'retentionTime' has no value",
        "topic alter t --set retentionTime|'retentionTime' has no value",
        "bench torture --set wrong|'wrong' has no value",
        "server --port many|listen.port",
        "server --config no-such-file.yaml|no-such-file.yaml",
      })
  void aWrongCommandLineEndsWith2(String line, String message) {
    int code = run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    assertThat(err.toString(StandardCharsets.UTF_8).lines().count()).isLessThanOrEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(code).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithExamples(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName(" ");
    String[] words = (name + " --help").split(" ");
    int code = run(Arrays.copyOfRange(words, 1, words.length));
    String help = out.toString(StandardCharsets.UTF_8);
    assertThat(code).isZero();
    assertThat(help).startsWith("Usage: " + name);
    assertThat(help.lines().mapToInt(String::length)).allMatch(length -> length <= 80);
    assertThat(help)
        .as("a setting such as listen.port is on one line")
        .doesNotContainPattern("(listen|http|storage|topics|limits|retention)[.]\n {8,}");
    if (command.getSubcommands().isEmpty()) {
      assertThat(help).containsPattern("Examples?:\n  ");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionHasItsDefaultInTheHelp(CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      boolean isOwn = !option.names()[0].matches("-h|-V|--help|--version");
      if (isOwn) {
        assertThat(String.join(" ", option.description()))
            .as(option.longestName())
            .contains(option.required() ? "Required." : "Default: ")
            .endsWith(".");
      }
    }
  }

  static Stream<CommandLine> commands() {
    CommandLine root = Millrace.commandLine(Streams.ofProcess());
    return Stream.concat(Stream.of(root), below(root));
  }

  private static Stream<CommandLine> below(CommandLine command) {
    return command.getSubcommands().values().stream()
        .filter(sub -> !sub.getCommandName().matches("help|train-archive"))
        .flatMap(sub -> Stream.concat(Stream.of(sub), below(sub)));
  }

  @Test
  void theHelpListsEveryCommandThatTheQuickstartUses() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("  server ", "  topic ", "  produce ", "  consume ", "  sources ", "  demo ");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("millrace ").contains("Java ");
  }

  @Test
  void theCompletionScriptHasTheCommands() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("_complete_millrace", "topic", "--timestamp-field", "complete -F");
  }

  @Test
  void theSameSeedGivesTheSameEvents() {
    String[] demo = "demo --events 50 --seed 7 --start 2026-11-22T09:30:00Z".split(" ");
    assertThat(run(demo)).isZero();
    String first = out.toString(StandardCharsets.UTF_8);
    out.reset();
    run(demo);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(first);
    assertThat(first.lines()).hasSize(50).allMatch(line -> line.startsWith("{\"ride\":\"ride-"));
  }

  private int run(String... args) {
    Streams streams =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    return Millrace.run(streams, args);
  }
}
