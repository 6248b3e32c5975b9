package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        "topc|did you mean 'topic'?",
        "topic make|there is no command 'make'",
        "list|there is no command 'list'; did you mean 'topic list'?",
        "repair|there is no command 'repair'; did you mean 'log repair'?",
        "topic foo|there is no command 'foo'; the commands are create, list, describe, offsets,",
        "nosuch|there is no command 'nosuch'; the commands are server, status, topic, group,",
        "topic list rides|unexpected argument 'rides'",
        "topic list --outptu=json|there is no option '--outptu'; did you mean '--output'?",
        "topic create t --partitons 3|no option '--partitons'; did you mean '--partitions'?",
        "nosuch --help|there is no command 'nosuch'",
        "topic nosuch --help|there is no command 'nosuch'",
        "help topic nosuch|there is no command 'nosuch'",
        "topic|create, list, describe, offsets, alter, add-partitions, delete or delete-events",
        "topic create|Missing required parameter: 'NAME'",
        "topic create t --partitions many|'many' is not an int",
        "topic create t --partitions -1|--partitions is -1; expected 1 or more",
        "topic create t --partitions 0|--partitions is 0; expected 1 or more",
        "topic offsets t --partition -1|--partition is -1; expected 0 or more",
        "topic offsets t -p -1|--partition is -1; expected 0 or more",
        "class-archive now|unexpected argument 'now'",
        "topic offsets t --time soon|'soon' is not a time",
        "status rides|unexpected argument 'rides'",
        "topic add-partitions t|Missing required option: '--to",
        "topic add-partitions t --to 0|--to is 0; expected 1 or more",
        "topic alter t|Missing required option: '--set",
        "topic delete-events --all|Missing required parameter: 'NAME'",
        "topic delete-events t|expected one of --before-offset, --before-time and --all; there is none",
        "topic delete-events t --all --before-offset 3|--before-time and --all; there are 2",
        "topic delete-events t --all --before-offset 3 --before-time 1h|there are 3",
        "topic delete-events t --before-offset -1|--before-offset is -1; expected 0 or more",
        "topic delete-events t --before-offset many|'many' is not a long",
        "topic delete-events t --before-time soon|'soon' is not a time",
        "topic delete-events t --all --partition -1|--partition is -1; expected 0 or more",
        "user|name a command: add, list, describe, passwd, set-roles, enable, disable or remove",
        "token|name a command: create, list or revoke",
        "acl|name a command: allow, list, revoke or test",
        "admin|name a command: reload",
        "user add --no-password|Missing required parameter: 'NAME'",
        "acl allow anna read|Missing required parameter: 'RESOURCE'",
        "passwd|there is no command 'passwd'; did you mean 'user passwd'?",
        "produce|Missing required parameter: 'TOPIC'",
        "produce t --ack maybe|'maybe' is not one of: none, stored, synced",
        "produce t --key k --key-separator :|--key and --key-separator contradict each other",
        "produce t --key-separator \\q|'\\q' has an unknown escape",
        "consume t --output json --format %v|--output and --format contradict each other",
        "tail t --format %q|'%q' has an unknown field",
        "tail t --format %o\\x0a%%\\q|'%o\\x0a%%\\q' has an unknown escape at character 9;",
        "tail t --format %o\\x0%v|'%o\\x0%v' has \\x without two hexadecimal digits after it at character 3",
        "tail t --partition -1|--partition is -1; expected 0 or more",
        "consume t --partition -1|--partition is -1; expected 0 or more",
        "consume t --from 500 --until 100|--from 500 is after --until 100;",
        "consume t --from 2099-01-01 --until 2098-01-01|--from 2099-01-01 is after --until 2098-01-01;",
        "consume t --from 1h --until 2h|--from 1h is after --until 2h;",
        "tail t --since 1h30m|a whole number with ms, s, m, h, d or w",
        "produce t --input json --key k|--input json takes time, source and key from each event",
        "produce t --input json --source-field s|--input json takes time, source and key",
        "produce t --key k --key-field k|--key and --key-field contradict each other",
        "produce t --source s --source-field s|--source and --source-field contradict each other",
        "produce t --partition -5|--partition is -5; expected 0 or more",
        "produce t --timestamp-field a..b|'a..b' is not a field path",
        "consume t --from soon|'soon' is not one of: earliest, latest, an offset",
        "consume t --until soon|'soon' is not one of: end",
        "consume t --max -1|--max is -1; expected 0 or more",
        "consume t --output yaml|'yaml' is not one of: text, json, value",
        "topic list --login a --token-file pom.xml|--login and --token-file contradict each other",
        "topic list --tls-ca no-such.pem|--tls-ca: the file no-such.pem does not exist",
        "topic list --tls-cert pom.xml|--tls-cert and --tls-key belong together",
        "topic list --login a|there is no terminal to ask for the password of user 'a'",
        "produce t --login a --login-password-file -|contradicts reading the events from standard",
        "consume t --server host:port:x|millrace consume: --server: 'host:port:x'",
        "tail t --since soon|'soon' is not a time",
        "tail t --since 999999999d|'999999999d' is too long",
        "tail t -n -1|-n is -1; expected 0 or more",
        "group|name a command: list, describe, reset, configure, redrive or delete",
        "group describe|Missing required parameter: 'NAME'",
        "group reset g --to earliest|Missing required option: '--topic",
        "group reset g --topic t|Missing required option: '--to",
        "group reset g --topic t --to soon|'soon' is not one of: earliest, latest, an offset",
        "group redrive q --max 0|--max is 0; expected 1 or more",
        "group redrive q --reason age|attempts, rejected",
        "group reset g --topic t --to 1 -p -1|--partition is -1; expected 0 or more",
        "consume t --group g --from 3|--from and --group contradict each other",
        "consume t --group g --until end|--until and --group contradict each other",
        "consume t --group g --partition 1|--partition and --group contradict each other",
        "consume t --group g --queue q|--group and --queue contradict each other; give one",
        "consume t --queue q --from 3|--from and --queue contradict each other",
        "consume t --queue q --source s|--source and --queue contradict each other",
        "bench|produce, consume, latency, torture or torture-groups",
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
        "server --port 99999|command line --port 99999: listen.port is 99999; expected 0 to 65535",
        "server --set listen.port=99999|command line listen.port=99999: listen.port is 99999;",
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
    List<String> indented =
        Stream.of(command.getCommandSpec().usageMessage().footer())
            .filter(line -> line.startsWith("  "))
            .map(line -> line.replace("%%", "%"))
            .toList();
    assertThat(help.lines()).as("lines with an indent are not wrapped").containsAll(indented);
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
        .filter(sub -> !sub.getCommandName().matches("help|train-archive|write-manual"))
        .flatMap(sub -> Stream.concat(Stream.of(sub), below(sub)));
  }

  @Test
  void theHelpListsEveryCommandThatTheQuickstartUses() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("  server ", "  topic ", "  produce ", "  consume ", "  sources ", "  demo ");
  }

  @Test
  void helpPrintsTheHelpOfACommandAtAnyDepth() {
    assertThat(run("help", "topic", "create")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: millrace topic create ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topic create t --output json --partitions 0|2|USAGE|--partitions is 0; expected 1 or more",
        "topic list --output=JSON --server=localhost:1|3|SERVER_UNREACHABLE|localhost:1",
        "log verify no-such-directory --output json|1|INVALID_REQUEST|no-such-directory",
      })
  void theErrorOfACommandThatPrintsJsonIsOneLineOfJson(
      String line, int exitCode, String code, String message) throws IOException {
    assertThat(run(line.split(" "))).isEqualTo(exitCode);
    assertThat(out.size()).isZero();
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(1);
    JsonNode error = new ObjectMapper().readTree(text).get("error");
    assertThat(error.get("command").asText())
        .isEqualTo("millrace " + String.join(" ", Arrays.copyOf(line.split(" "), 2)));
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("message").asText()).contains(message);
    assertThat(error.get("exitCode").asInt()).isEqualTo(exitCode);
  }

  @Test
  void withVerboseTheStackTraceIsPartOfTheJson() throws IOException {
    assertThat(run("--verbose", "log", "verify", "no-such-directory", "--output", "json")).isOne();
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    assertThat(new ObjectMapper().readTree(err.toByteArray()).at("/error/stackTrace").asText())
        .contains("no-such-directory", "\tat io.millrace.");
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
        .contains("_complete_millrace", "topic", "--timestamp-field", "complete -F")
        .contains("(\"none\" \"stored\" \"synced\")", "(\"durable\" \"latest\")")
        .contains("source <(millrace completion)")
        .doesNotContain("YOUR_APP_HOME", "\"SYNCED\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "help |server status topic group produce",
        "help to|topic",
        "help topic |create list describe",
        "help log re|repair",
        "produce t --ack |none stored synced",
        "topic offsets t --par|--partition",
      },
      ignoreLeadingAndTrailingWhitespace = false)
  void bashCompletes(String typed, String offered, @TempDir Path directory) throws Exception {
    assertThat(run("completion")).isZero();
    String script =
        out.toString(StandardCharsets.UTF_8)
            + "COMP_WORDS=(millrace \"$@\")\n"
            + "COMP_CWORD=$#\n"
            + "COMP_LINE=\"${COMP_WORDS[*]}\"\n"
            + "$(complete -p millrace | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n"
            + "echo ${COMPREPLY[@]}\n";
    // It is longer than an argument can be.
    Path file = Files.writeString(directory.resolve("script"), script);
    List<String> command = new ArrayList<>(List.of("bash", file.toString()));
    command.addAll(List.of(typed.split(" ", -1)));
    Process bash =
        // compopt fails: bash has not called the function.
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith(offered);
  }

  @Test
  void helpAndManualShowEscapesAndPercentSignsAsTheyAreTyped() throws IOException {
    assertThat(run("produce", "--help")).isZero();
    assertThat(words(out)).contains("\\n, \\r, \\t, \\0, \\\\ and \\xHH are escapes.");
    for (String command : List.of("consume", "tail")) {
      out.reset();
      assertThat(run(command, "--help")).isZero();
      assertThat(words(out))
          .contains(
              "%k key, %v value", "%% is a percent sign. \\n, \\r, \\t, \\0, \\\\ and \\xHH are");
      assertThat(out.toString(StandardCharsets.UTF_8).lines())
          .as("no field is on two lines")
          .noneMatch(line -> line.endsWith("%"));
    }
    CommandLine consume =
        commands()
            .filter(each -> each.getCommandName().equals("consume"))
            .findFirst()
            .orElseThrow();
    assertThat(new ManPage(consume, "1").text())
        .contains("%k  key, %v  value", "\n%% is a percent sign. \\en, \\er, \\et,");
  }

  private static String words(ByteArrayOutputStream text) {
    return text.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  @Test
  void theLauncherMakesTheClassArchive() {
    assertThat(run("class-archive")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("bin/millrace class-archive");
  }

  @Test
  void aPrintedConfigurationNamesOptionsAndWhatTheBrokerUses() {
    assertThat(run("server", "--print-config", "--port", "2", "--data-dir", "here")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("\nlisten.port +2 +command line --port 2\n")
        .containsPattern("\ndataDir +here [(]here: /.*/here[)] +command line --data-dir here\n")
        .containsPattern("\nthreads.eventLoops +0 [(]here: [1-9][0-9]*[)] +default\n");
  }

  @Test
  void theSameSeedGivesTheSameEvents() {
    String[] demo = "demo --events 50 --seed 7 --start 2026-11-22T09:30:00Z".split(" ");
    assertThat(run(demo)).isZero();
    String first = out.toString(StandardCharsets.UTF_8);
    out.reset();
    run(demo);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(first);
    assertThat(lastTime(first)).startsWith("2026-11-22T09:30:0");
    assertThat(first.lines()).hasSize(50).allMatch(line -> line.startsWith("{\"ride\":\"ride-"));
  }

  @ParameterizedTest
  @CsvSource({"2000", "200 --rate 100000", "10 --rate 1000"})
  void noDemoEventIsInTheFuture(String options) {
    assertThat(run(("demo --events " + options).split(" "))).isZero();
    Instant now = Instant.now();
    assertThat(times(out.toString(StandardCharsets.UTF_8)))
        .allSatisfy(time -> assertThat(Instant.parse(time)).isBeforeOrEqualTo(now))
        .anySatisfy(time -> assertThat(Instant.parse(time)).isAfter(now.minusSeconds(60)));
  }

  private static String lastTime(String events) {
    return times(events).stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  private static List<String> times(String events) {
    return events
        .lines()
        .map(line -> line.replaceFirst(".*\"time\":\"([^\"]*)\".*", "$1"))
        .toList();
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
