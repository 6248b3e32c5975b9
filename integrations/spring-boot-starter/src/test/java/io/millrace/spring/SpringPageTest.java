package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tables of docs/spring.md say what the starter has. The examples are those of the sample. */
class SpringPageTest extends StarterTest {

  private static final Path PAGE = Path.of("../../docs/spring.md");
  private static final Pattern NAME = Pattern.compile("`([\\w.-]+)`");

  /** The rows of the tables of a section, without their heads, as lists of cells. */
  private static List<List<String>> rows(String section) throws IOException {
    String page = Files.readString(PAGE);
    String from = page.substring(page.indexOf("\n## " + section + "\n") + 1);
    int end = from.indexOf("\n## ", 1);
    return (end < 0 ? from : from.substring(0, end))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(
            line -> Arrays.stream(line.substring(2, line.length() - 2).split(" \\| ", -1)).toList())
        .toList();
  }

  private static Set<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void pageHasThePropertiesOfTheMetadata() throws IOException {
    Map<String, List<String>> metadata = new TreeMap<>();
    try (InputStream file =
        MillraceProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      for (JsonNode each : JsonMapper.shared().readTree(file).get("properties")) {
        JsonNode value = each.get("defaultValue");
        metadata.put(
            "`" + each.get("name").asString() + "`",
            List.of(
                value == null ? "none" : "`" + value.asString() + "`",
                each.get("description").asString()));
      }
    }
    Map<String, List<String>> page = new TreeMap<>();
    rows("Properties").forEach(row -> page.put(row.get(0), row.subList(1, row.size())));
    assertThat(page).hasSizeGreaterThan(30).isEqualTo(metadata);
  }

  static class Billing {
    @MillraceListener(id = "billing", topics = "rides", group = "page")
    void handle(String value) {}
  }

  @Test
  void pageHasTheMetersWithTheirTags() throws IOException {
    Map<String, Set<String>> page = new TreeMap<>();
    for (List<String> row : rows("Meters")) {
      page.put(names(row.get(0)).iterator().next(), names(row.get(1)));
    }
    Map<String, Set<String>> registered = new TreeMap<>();
    application()
        .withBean(Billing.class)
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "accepted").join();
              assertThat(template.send("nowhere", "lost")).isCompletedExceptionally();
              for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
                registered.put(
                    meter.getId().getName(),
                    meter.getId().getTags().stream()
                        .map(Tag::getKey)
                        .collect(Collectors.toCollection(TreeSet::new)));
              }
            });
    assertThat(page).hasSize(8).isEqualTo(registered);
  }

  @Test
  void pageHasTheAttributesOfTheAnnotation() throws IOException {
    Set<String> attributes =
        Arrays.stream(MillraceListener.class.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> page = new TreeSet<>();
    for (List<String> row : rows("Listeners")) {
      page.addAll(names(row.get(0)));
    }
    assertThat(page).containsAll(attributes);
  }

  @Test
  void pageHasTheStatesOfAListener() throws IOException {
    Set<String> page = new TreeSet<>();
    rows("Health").forEach(row -> page.addAll(names(row.get(0))));
    assertThat(page).containsAll(Arrays.stream(ListenerState.values()).map(Enum::name).toList());
  }
}
