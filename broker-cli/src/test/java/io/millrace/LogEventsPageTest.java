package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages list every log event, and no other: {@code event=NAME} in the sources. */
class LogEventsPageTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String CLIENT = "broker-client";

  private static final String SPRING = "integrations/spring-boot-starter";

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private static final Pattern EVENT = Pattern.compile("event=([a-z_]+)");

  /** The name of the event is an argument; the file has the names as literals. */
  private static final String EVENT_FROM_ARGUMENT = "event={}";

  private static final Pattern NAME_LITERAL = Pattern.compile("\"([a-z]+(?:_[a-z]+)+)\"");

  private static final Pattern NAME_ON_PAGE = Pattern.compile("`([a-z]+(?:_[a-z]+)*)`");

  @Test
  void operationsListsTheEventsOfTheBroker() throws IOException {
    Set<String> logged = new TreeSet<>();
    for (String module : all(MODULE, Files.readString(ROOT.resolve("pom.xml")))) {
      if (!module.equals(CLIENT) && !module.equals(SPRING)) {
        logged.addAll(loggedBy(module));
      }
    }
    assertThat(logged).hasSizeGreaterThan(60);
    assertThat(listedIn("operations.md")).isEqualTo(logged);
  }

  @Test
  void clientListsTheEventsOfTheClient() throws IOException {
    Set<String> logged = loggedBy(CLIENT);
    assertThat(logged).hasSizeGreaterThan(10);
    assertThat(listedIn("client.md")).isEqualTo(logged);
  }

  @Test
  void springListsTheEventsOfTheStarter() throws IOException {
    assertThat(listedIn("spring.md")).isEqualTo(loggedBy(SPRING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"client.md", "file-format.md", "operations.md", "spring.md", "testing.md"})
  void everyEventThatTheTextNamesIsLogged(String page) throws IOException {
    Set<String> known = listedIn("operations.md");
    known.addAll(listedIn("client.md"));
    known.addAll(listedIn("spring.md"));
    assertThat(known).containsAll(all(EVENT, Files.readString(ROOT.resolve("docs/" + page))));
  }

  private static Set<String> loggedBy(String module) throws IOException {
    Set<String> events = new TreeSet<>();
    Path sources = ROOT.resolve(module + "/src/main/java");
    if (!Files.exists(sources)) {
      return events;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String source = Files.readString(file);
        events.addAll(all(EVENT, source));
        if (source.contains(EVENT_FROM_ARGUMENT)) {
          events.addAll(all(NAME_LITERAL, source));
        }
      }
    }
    return events;
  }

  /** The names in the first column of the tables of section Log, and in its other paragraphs. */
  private static Set<String> listedIn(String page) throws IOException {
    String text = Files.readString(ROOT.resolve("docs/" + page));
    String section = text.substring(text.indexOf("\n## Log\n") + 1);
    int end = section.indexOf("\n## ", 1);
    String log = end < 0 ? section : section.substring(0, end);
    return log.lines()
        .map(line -> line.startsWith("| ") ? line.substring(2, line.indexOf(" |", 2)) : line)
        .flatMap(line -> all(NAME_ON_PAGE, line).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
