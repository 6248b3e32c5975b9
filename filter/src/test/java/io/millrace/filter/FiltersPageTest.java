package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples and the tables of docs/filters.md are true. */
class FiltersPageTest {

  private static final Path PAGE = Path.of("../docs/filters.md");
  private static final Pattern EXAMPLES = Pattern.compile("```filter\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REFUSED =
      Pattern.compile("<!-- refused: (.*?) -->\n```text\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern TYPES_HEAD = Pattern.compile("\\| `json.a` is \\|(.*)\\|\n");
  private static final Pattern TYPES_ROW =
      Pattern.compile("^\\| (`.*`|missing) \\|((?: (?:true|false)(?:, counted)? \\|){9})$");

  private String page;

  @BeforeEach
  void read() throws IOException {
    page = Files.readString(PAGE);
  }

  @Test
  void examplesAreFilters() {
    List<String> examples =
        EXAMPLES.matcher(page).results().flatMap(block -> block.group(1).lines()).toList();
    assertThat(examples).hasSizeGreaterThan(10);
    for (String example : examples) {
      assertThat(Filter.parse(example).toString()).isNotBlank();
    }
  }

  @Test
  void refusalsAreAsShown() {
    List<MatchResult> shown = REFUSED.matcher(page).results().toList();
    assertThat(shown).hasSize(3);
    for (MatchResult refused : shown) {
      InvalidFilterException e =
          catchThrowableOfType(InvalidFilterException.class, () -> Filter.parse(refused.group(1)));
      assertThat(e).hasMessage(refused.group(2));
    }
  }

  @Test
  void tableOfTypesIsTrue() {
    Matcher head = TYPES_HEAD.matcher(page);
    assertThat(head.find()).isTrue();
    String[] tests = head.group(1).replace("`", "").split("\\|");
    int rows = 0;
    for (String line : page.lines().toList()) {
      Matcher row = TYPES_ROW.matcher(line);
      if (row.matches()) {
        rows++;
        String[] results = row.group(2).split("\\|");
        for (String value : row.group(1).replace("`", "").split(" or ")) {
          for (int i = 0; i < tests.length; i++) {
            checkType(tests[i].strip(), value, results[i].strip());
          }
        }
      }
    }
    assertThat(rows).isEqualTo(6);
  }

  private static void checkType(String test, String value, String expected) {
    String filter =
        switch (test) {
          case "exists" -> "exists(json.a)";
          case "json.a" -> "json.a";
          default -> "json.a " + test;
        };
    FilterMatcher matcher = Filter.parse(filter).newMatcher();
    String text = value.equals("missing") ? "{}" : "{\"a\":" + value + "}";
    boolean matches = matcher.matches(TestEvent.ofValue(text));
    assertThat(matches + (matcher.typeMismatches() > 0 ? ", counted" : ""))
        .as("%s of %s", filter, text)
        .isEqualTo(expected);
  }

  @Test
  void limitsAreThoseOfTheCode() {
    assertThat(page)
        .contains("| text of a filter | 4,096 bytes")
        .contains("| fields, constants and operators | " + FilterLimits.NODES + " |")
        .contains("| parentheses and `!` within each other | " + FilterLimits.DEPTH + " |")
        .contains(FilterLimits.JSON_PATHS + ", each of at most " + FilterLimits.JSON_STEPS)
        .contains(FilterLimits.PATTERNS + ", each of at most " + FilterLimits.PATTERN_CHARS)
        .contains(FilterLimits.PATTERN_DEPTH + " groups within each other")
        .contains(String.format("%,d instructions", FilterLimits.PATTERN_SIZE))
        .contains(String.format("| %,d bytes divided", FilterLimits.PATTERN_STEPS))
        .contains(String.format("| nesting of a JSON text | %,d |", FilterLimits.JSON_DEPTH));
  }
}
