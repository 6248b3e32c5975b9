package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tests of all modules pass on a busy machine: no limit of a wait is shorter than a minute. A
 * limit only has an effect when a test fails.
 */
class WaitLimitsTest {

  private static final long MIN_SECONDS = 60;

  private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");

  /** A limit in seconds: of JUnit, of a future, a latch, a queue or a process, of Awaitility. */
  private static final Pattern SECONDS =
      Pattern.compile(
          "@Timeout\\((?:value = )?(\\d+)"
              + "|\\((\\d+), TimeUnit\\.SECONDS\\)"
              + "|atMost\\(Duration\\.ofSeconds\\((\\d+)\\)\\)");

  /** A wait with Awaitility, from its start to its condition. Its default limit is 10 s. */
  private static final Pattern AWAITILITY =
      Pattern.compile("\\bawait\\((?:\"[^\"]*\")?\\)\\s*\\.(?:(?!;)[^{])*?until");

  @Test
  void areAMinuteOrMore() throws IOException {
    List<String> tooShort = new ArrayList<>();
    List<Path> sources = testSources();
    for (Path source : sources) {
      String text = Files.readString(source);
      Matcher limits = SECONDS.matcher(text);
      while (limits.find()) {
        if (seconds(limits) < MIN_SECONDS) {
          tooShort.add(source + ": " + limits.group());
        }
      }
      AWAITILITY
          .matcher(text)
          .results()
          .filter(wait -> !wait.group().contains(".atMost("))
          .forEach(wait -> tooShort.add(source + ": no atMost after " + wait.group()));
    }
    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(tooShort).isEmpty();
  }

  private static long seconds(Matcher limit) {
    for (int group = 1; group <= limit.groupCount(); group++) {
      if (limit.group(group) != null) {
        return Long.parseLong(limit.group(group));
      }
    }
    throw new AssertionError(limit.group());
  }

  private static List<Path> testSources() throws IOException {
    Path root = Path.of("..");
    List<Path> sources = new ArrayList<>();
    for (MatchResult module :
        MODULE.matcher(Files.readString(root.resolve("pom.xml"))).results().toList()) {
      Path tests = root.resolve(module.group(1)).resolve("src/test/java");
      if (Files.isDirectory(tests)) {
        try (Stream<Path> files = Files.walk(tests)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    return sources;
  }
}
