package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import io.millrace.server.MillraceServer;
import io.millrace.server.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JSON of all commands and pages has the names of the tables in operations.md, with the types
 * there. A field without a value is null.
 */
class JsonNamesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern NAME = Pattern.compile("`([a-z][A-Za-z0-9.]*)`");

  /** Objects whose fields have names of the user's, or of settings and kinds of anomalies. */
  private static final Set<String> OPEN = Set.of("settings", "anomalies");

  /** Of an event, which may be empty. */
  private static final Set<String> CONTENT =
      Set.of("key", "keyBase64", "value", "valueBase64", "source");

  private static final Set<String> ALTERNATIVES =
      Set.of("key", "keyBase64", "value", "valueBase64");

  private static final Pattern COMMON_ROW = Pattern.compile("\\| (`[^|]+`) \\| ([^|`]+) \\| .*");

  private final Set<String> known = new HashSet<>();

  /** The types of the common names. */
  private final Map<String, Set<String>> types = new HashMap<>();

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path directory;

  private MillraceServer server;

  JsonNamesTest() throws IOException {
    for (String row : section().lines().filter(line -> line.startsWith("| `")).toList()) {
      var common = COMMON_ROW.matcher(row);
      if (common.matches()) {
        Set<String> of = Set.of(common.group(2).strip().split(" or "));
        names(common.group(1)).forEach(name -> types.put(name, of));
        known.addAll(names(common.group(1)));
      } else {
        known.addAll(names(row.substring(row.indexOf('|', 1))));
      }
    }
    section()
        .lines()
        .filter(line -> line.startsWith("| error"))
        .forEach(line -> known.addAll(names(line)));
  }

  @Test
  void everyNameAndTypeIsInTheTables() throws Exception {
    Path data = directory.resolve("data");
    String log;
    start(data);
    try {
      runOnTopics();
      pages();
      try (MillraceClient client = MillraceClient.connect("127.0.0.1:" + server.port())) {
        log = client.admin().describeTopic("t").id() + "-0";
      }
    } finally {
      server.close();
    }
    damage(data, log);
    runOnFiles(
        ExitCode.OK,
        "tls",
        "dev-cert",
        "--out",
        directory.resolve("tls").toString(),
        "--client",
        "a");
    runOnFiles(ExitCode.FAILED, "log", "verify", data.toString());
    runOnFiles(ExitCode.OK, "log", "inspect", data.toString());
    runOnFiles(ExitCode.OK, "log", "inspect", data.toString(), "--batches");
    runOnFiles(ExitCode.OK, "log", "repair", data.toString());
    runOnFiles(ExitCode.OK, "log", "repair", data.toString(), "--apply");
    start(data);
    try {
      run(ExitCode.OK, "status");
      run(ExitCode.OK, "topic", "list");
      run(ExitCode.FAILED, "sources", "t", "--exact");
      run(ExitCode.FAILED, "consume", "t", "--until", "end");
      pages();
    } finally {
      server.close();
    }
  }

  @Test
  void everyNameInTheTablesIsWritten() throws IOException {
    Set<String> written = new HashSet<>();
    Pattern literal = Pattern.compile("\"([A-Za-z][A-Za-z0-9.]*)\"");
    for (String module : List.of("broker-cli", "broker-server", "testing/torture")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          literal
              .matcher(Files.readString(file))
              .results()
              .map(match -> match.group(1))
              .forEach(written::add);
        }
      }
    }
    assertThat(known).hasSizeGreaterThan(100);
    Set<String> names = new TreeSet<>(known);
    names.removeIf(name -> name.matches("p[0-9.]+")); // made from a number
    assertThat(written).containsAll(names);
  }

  private void start(Path data) {
    server =
        MillraceServer.start(
            ConfigLoader.load(
                Optional.empty(),
                Map.of(),
                Map.of("dataDir", data.toString(), "listen.port", "0", "http.port", "0")));
  }

  private void runOnTopics() throws IOException {
    run(ExitCode.OK, "topic", "create", "t", "--partitions", "2");
    run(ExitCode.OK, "topic", "create", "t", "--if-not-exists", "--partitions", "9");
    String events =
        """
        {"value":"one","key":"k","source":"s","headers":[{"name":"h","value":"x"}]}
        {"value":"two","timestamp":"2026-03-01T08:00:00Z"}
        {"value":"n","source":"numbered","headers":[{"name":"source-sequence","value":"5"}]}
        {"valueBase64":"/w=="}
        """;
    for (String event : events.split("\n")) {
      run(event + "\n", ExitCode.OK, "produce", "t", "--input", "json", "--partition", "0");
    }
    run("{\n", ExitCode.FAILED, "produce", "t", "--input", "json", "--name", "n");
    run(ExitCode.OK, "topic", "list");
    run(ExitCode.OK, "topic", "describe", "t");
    run(ExitCode.FAILED, "topic", "describe", "unknown");
    run(ExitCode.FAILED, "topic", "describe", "unknown", "--verbose");
    run(ExitCode.OK, "topic", "alter", "t", "--set", "retentionTime=7d");
    run(ExitCode.OK, "topic", "add-partitions", "t", "--to", "3");
    run(ExitCode.OK, "topic", "offsets", "t");
    run(ExitCode.OK, "topic", "offsets", "t", "--time", "2026-03-01");
    run(ExitCode.OK, "topic", "create", "u");
    run("x\n", ExitCode.OK, "produce", "u");
    run(ExitCode.OK, "topic", "delete-events", "u", "--all", "--dry-run");
    run(ExitCode.OK, "topic", "delete-events", "u", "--all");
    run(ExitCode.OK, "topic", "delete", "u");
    run(ExitCode.OK, "topic", "delete", "u", "--if-exists");
    run(ExitCode.OK, "status");
    run(ExitCode.OK, "sources", "t");
    run(ExitCode.OK, "sources", "t", "--exact");
    run(ExitCode.OK, "consume", "t", "--until", "end");
    run(ExitCode.OK, "tail", "t");
    run(ExitCode.OK, "group", "list");
    run(ExitCode.OK, "consume", "t", "--group", "g", "--max", "3");
    run(ExitCode.OK, "group", "list");
    run(ExitCode.OK, "group", "describe", "g");
    run(ExitCode.FAILED, "group", "describe", "unknown");
    try (MillraceClient client = MillraceClient.connect("127.0.0.1:" + server.port());
        GroupConsumer member = client.consumer("t").group("g").build()) {
      member.poll(Duration.ofMillis(10));
      run(ExitCode.OK, "group", "describe", "g");
      run(ExitCode.FAILED, "group", "reset", "g", "--topic", "t", "--to", "earliest");
      run(ExitCode.FAILED, "group", "delete", "g");
    }
    run(ExitCode.OK, "group", "reset", "g", "--topic", "t", "--to", "earliest");
    run(ExitCode.OK, "group", "reset", "g", "--topic", "t", "--to", "-10m", "--apply");
    run(ExitCode.FAILED, "group", "redrive", "g");
    run(ExitCode.OK, "group", "redrive", "g", "--from", "t");
    run(ExitCode.OK, "group", "configure", "g", "--offset-retention", "30d");
    run(ExitCode.OK, "group", "configure", "g", "--offset-retention", "never");
    run(ExitCode.OK, "group", "delete", "g");
    run(ExitCode.OK, "group", "delete", "g", "--if-exists");
    run(ExitCode.OK, "bench", "produce", "--events", "10", "--warmup", "1ms");
    run(ExitCode.OK, "bench", "consume", "--events", "10", "--warmup", "1ms", "--duration", "1ms");
    run(ExitCode.OK, "bench", "latency", "--rate", "100", "--warmup", "1ms", "--duration", "200ms");
  }

  private void pages() throws IOException, InterruptedException {
    for (String path : List.of("/health/live", "/health/ready", "/recovery")) {
      URI uri = URI.create("http://127.0.0.1:" + server.httpPort() + path);
      HttpResponse<String> page =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      check(path, page.body());
    }
  }

  /** Changes the records of the second batch of the partition that has events. */
  private static void damage(Path data, String log) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.walk(data.resolve("logs"))) {
      segment =
          files
              .filter(file -> file.getParent().endsWith(log))
              .filter(file -> file.toString().endsWith(".log"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    int firstLength = bytes[64] & 0xff | (bytes[65] & 0xff) << 8;
    bytes[64 + firstLength + 104 + 2] ^= 1;
    Files.write(segment, bytes);
  }

  private void run(int exitCode, String... command) throws IOException {
    run("", exitCode, command);
  }

  private void run(String input, int exitCode, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
    runCommand(input, exitCode, all);
  }

  private void runOnFiles(int exitCode, String... command) throws IOException {
    runCommand("", exitCode, List.of(command));
  }

  private void runCommand(String input, int exitCode, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--output", "json"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int code = Millrace.run(streams, all.toArray(String[]::new));
    String what = "millrace " + String.join(" ", command);
    assertThat(code).as("%s: %s", what, err).isEqualTo(exitCode);
    check(what, out.toString(StandardCharsets.UTF_8));
    check(what, err.toString(StandardCharsets.UTF_8));
  }

  private void check(String what, String text) throws IOException {
    try (MappingIterator<JsonNode> documents = json.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNext()) {
        check(what, documents.next());
      }
    }
  }

  private void check(String what, JsonNode node) {
    if (node.isArray()) {
      Set<Set<String>> fields = new HashSet<>();
      for (JsonNode each : node) {
        check(what, each);
        if (each.isObject()) {
          fields.add(fields(each));
        }
      }
      assertThat(fields)
          .as("%s: the objects of a list have the same fields", what)
          .hasSizeLessThan(2);
    }
    node.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              assertThat(known).as("%s: names in operations.md", what).contains(name);
              if (types.containsKey(name)) {
                assertThat(types.get(name))
                    .as("%s: type of %s", what, name)
                    .contains(type(field.getValue()));
              }
              if (!CONTENT.contains(name)) {
                assertThat(field.getValue().isTextual() && field.getValue().asText().isEmpty())
                    .as("%s: %s is null if it has no value", what, name)
                    .isFalse();
              }
              if (!OPEN.contains(name)) {
                check(what, field.getValue());
              }
            });
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> fields = new TreeSet<>();
    object.fieldNames().forEachRemaining(fields::add);
    fields.removeAll(ALTERNATIVES);
    return fields;
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "text";
      case NUMBER -> "number";
      case ARRAY -> "list";
      case OBJECT -> "object";
      case NULL -> "null";
      case BOOLEAN -> String.valueOf(value.asBoolean());
      case BINARY, MISSING, POJO -> throw new AssertionError(value.getNodeType());
    };
  }

  private static Set<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toSet());
  }

  private static String section() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/operations.md"));
    int from = text.indexOf("\n## JSON of the commands and pages\n");
    return text.substring(from, text.indexOf("\n## ", from + 1));
  }
}
