package io.millrace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of docs/spring.md are the marked regions of the sample, which its test runs. */
class SpringExamplesTest {

  private static final Path PAGE = Path.of("../../docs/spring.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\w+) -->\n```\\w+\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// begin: (\\w+)\n(.*?)\n *// end", Pattern.DOTALL);

  @Test
  void pageHasTheCodeOfTheSample() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher examples = EXAMPLE.matcher(Files.readString(PAGE));
    while (examples.find()) {
      shown.put(examples.group(1), examples.group(2).strip());
    }
    Map<String, String> run = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher regions = REGION.matcher(Files.readString(file));
        while (regions.find()) {
          run.put(regions.group(1), regions.group(2).stripTrailing().stripIndent().strip());
        }
      }
    }
    run.put(
        "properties",
        Files.readString(Path.of("src/main/resources/application.properties")).strip());
    assertThat(shown).isNotEmpty().isEqualTo(run);
  }
}
