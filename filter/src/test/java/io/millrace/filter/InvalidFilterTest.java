package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that is not a filter is refused with its place. */
class InvalidFilterTest {

  @Test
  void messageShowsThePlace() {
    assertThat(refused("source == 'x' && sorce == 'y'"))
        .hasMessage(
            """
            character 18 of the filter: no field is named 'sorce'; did you mean 'source'?
              source == 'x' && sorce == 'y'
                               ^
            fields: source, key, value, timestamp, appendTime, offset, partition, size,\
             headers['NAME'], json.PATH""");
  }

  @Test
  void messageShowsTheEnd() {
    assertThat(refused("json.delta >"))
        .hasMessage(
            """
            character 13 of the filter: expected a field or a constant before the end
              json.delta >
                          ^
            fields: source, key, value, timestamp, appendTime, offset, partition, size,\
             headers['NAME'], json.PATH""");
  }

  @Test
  void caretCountsCharactersNotUnits() {
    InvalidFilterException e = refused("key == '\uD83D\uDE00' = 1");
    assertThat(e)
        .hasMessage(
            """
            character 12 of the filter: '=' is not an operator
              key == '\uD83D\uDE00' = 1
                         ^
            write == to compare""");
    assertThat(e.position()).isEqualTo(12);
  }

  @Test
  void longFilterIsCutAroundThePlace() {
    String chain = "true && ".repeat(30);
    assertThat(refused(chain + "oops && " + chain + "true"))
        .hasMessage(
            """
            character 241 of the filter: no field is named 'oops'
              ...& true && true && true && true && true && true && oops && true && true &&\
             true && true && true && tr...
                                                                   ^
            fields: source, key, value, timestamp, appendTime, offset, partition, size,\
             headers['NAME'], json.PATH""");
  }

  @Test
  void controlCharactersAreShownAsBlanks() {
    assertThat(refused("key ==\n\t;")).hasMessageContaining("\n  key ==  ;\n          ^\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      textBlock =
          """
          `` ¦ 0 ¦ expected a field or a constant before the end
          key ¦ 3 ¦ key is text, not a condition
          offset ¦ 6 ¦ offset is a number, not a condition
          'a' ¦ 3 ¦ a constant is not a condition
          key = 'a' ¦ 4 ¦ '=' is not an operator
          key == 'a' & true ¦ 11 ¦ '&' is not an operator
          key == 'a' | true ¦ 11 ¦ '|' is not an operator
          key == 'a' and true ¦ 11 ¦ 'and' is not an operator
          json.a or true ¦ 7 ¦ 'or' is not an operator
          json.a like 'x' ¦ 7 ¦ 'like' is not an operator
          json.a startswith 'x' ¦ 7 ¦ 'startswith' is not an operator; did you mean 'startsWith'?
          json.a 5 ¦ 7 ¦ an operator is missing
          key == 'a' true ¦ 11 ¦ expected && or || before 'true'
          (key == 'a' ¦ 11 ¦ expected ) before the end
          key == 'a') ¦ 10 ¦ no parenthesis is open
          (json.a) == 1 ¦ 9 ¦ a comparison of a condition
          !key == 'a' ¦ 0 ¦ '!' stands before a comparison
          1 < json.a < 2 ¦ 11 ¦ a comparison has two sides
          1 == 1 ¦ 0 ¦ a comparison of two constants
          key == 5 ¦ 7 ¦ the field is text
          offset == 'a' ¦ 10 ¦ the field is a number
          offset == true ¦ 10 ¦ the field is a number
          key == offset ¦ 7 ¦ a comparison of text with a number
          timestamp == key ¦ 13 ¦ a comparison of a time with text
          timestamp > 'yesterday' ¦ 12 ¦ not a time
          timestamp > '2015-02-30' ¦ 12 ¦ not a time
          timestamp > '2015-09-11T00:00:00.1234567Z' ¦ 12 ¦ not a time
          timestamp in ['2015-09-11', 'x'] ¦ 28 ¦ not a time
          timestamp > '+999999999-01-01' ¦ 12 ¦ not a time
          json.a < null ¦ 7 ¦ null has no order
          json.a >= true ¦ 7 ¦ true has no order
          json.a in [] ¦ 11 ¦ a constant is missing
          json.a in [key] ¦ 11 ¦ a field in a list
          json.a in [1 2] ¦ 13 ¦ expected , or ] before '2'
          json.a in 1 ¦ 10 ¦ expected [ before '1'
          'a' in ['a'] ¦ 0 ¦ a constant before in
          offset startsWith 'x' ¦ 7 ¦ the field is a number
          key startsWith source ¦ 15 ¦ expected a string before 'source'
          key contains 5 ¦ 13 ¦ expected a string before '5'
          key matches '(' ¦ 12 ¦ not a regular expression: missing closing )
          key matches '(?=a)' ¦ 12 ¦ not a regular expression: invalid or unsupported Perl syntax
          key matches r'(a)\\1' ¦ 12 ¦ not a regular expression: invalid escape sequence
          exists(5) ¦ 7 ¦ a constant always exists
          exists json.a ¦ 7 ¦ expected ( before 'json'
          exists(json.a ¦ 13 ¦ expected ) before the end
          json. ¦ 5 ¦ expected a name before the end
          json.a.5 ¦ 7 ¦ expected a name before '5'
          json[-1] ¦ 5 ¦ expected a position from 0 or a name in quotes
          json[1.0] ¦ 5 ¦ expected a position from 0 or a name in quotes
          json[key] ¦ 5 ¦ expected a position from 0 or a name in quotes
          json[1 ¦ 6 ¦ expected ] before the end
          json.a.startsWith('x') ¦ 17 ¦ fields have no methods
          key.startsWith('x') ¦ 3 ¦ key has no parts
          value.a == 1 ¦ 5 ¦ value has no parts
          headers.h == 'x' ¦ 7 ¦ expected [ before '.'
          headers[1] == 'x' ¦ 8 ¦ expected the name of a header before '1'
          key == 'a ¦ 7 ¦ a string has no end
          key == 'a\\ ¦ 9 ¦ an unknown escape in a string
          key == r'a ¦ 7 ¦ a string has no end
          key == '\\d' ¦ 8 ¦ an unknown escape in a string
          key == '\\u12' ¦ 8 ¦ an escape without four hex digits
          key == '\\uD83D' ¦ 8 ¦ an escape of half a surrogate pair
          key == '\\uD83D\\u0041' ¦ 8 ¦ an escape of half a surrogate pair
          key == ‘a’ ¦ 7 ¦ a quotation mark of another kind
          offset == 007 ¦ 10 ¦ a number begins with 0
          offset == 1. ¦ 12 ¦ a digit is missing
          offset == - ¦ 11 ¦ a digit is missing
          offset == 1e ¦ 12 ¦ a digit is missing
          offset == 10m ¦ 12 ¦ a number is followed by a letter
          offset == 1e1234567890 ¦ 12 ¦ an exponent of 10 digits
          offset == +5 ¦ 10 ¦ a character that begins nothing
          key == 'a' ; true ¦ 11 ¦ a character that begins nothing
          """)
  void problemAndPosition(String text, int position, String problem) {
    InvalidFilterException e = refused(text);
    assertThat(e.problem()).startsWith(problem);
    assertThat(e.position()).isEqualTo(position);
    assertThat(e.advice()).isNotBlank();
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertThat(refused("key == '\uD83D'").problem()).isEqualTo("half a surrogate pair");
    assertThat(refused("key == r'\uDE00'").problem()).isEqualTo("half a surrogate pair");
    assertThat(refused("key == \uDE00").position()).isEqualTo(7);
  }

  @Test
  void textHasALimitInBytes() {
    String fits = "key == '" + "é".repeat(2043) + "'";
    assertThat(TestEvent.utf8(fits)).hasSize(4095);
    Filter.parse(fits + " ");
    InvalidFilterException e = refused(fits + "  ");
    assertThat(e.problem()).isEqualTo("the filter has more than 4096 bytes of UTF-8");
    assertThat(e.position()).isEqualTo(fits.length() + 1);
    assertThat(refused("x".repeat(100_000)).position()).isEqualTo(4096);
  }

  @Test
  void nodesHaveALimit() {
    String fits = "json.a == 1" + " && json.a == 1".repeat(49);
    assertThat(Filter.parse(fits).toString()).isEqualTo(fits);
    assertThat(refused(fits + " && true").problem())
        .isEqualTo("more than 200 fields, constants and operators");
    assertThat(refused("offset in [1" + ",1".repeat(300) + "]").problem())
        .isEqualTo("more than 200 fields, constants and operators");
  }

  @Test
  void depthHasALimit() {
    Filter.parse("(".repeat(32) + "true" + ")".repeat(32));
    Filter.parse("!".repeat(32) + "true");
    assertThat(refused("(".repeat(33) + "true" + ")".repeat(33)).position()).isEqualTo(32);
    assertThat(refused("!".repeat(4000) + "true").position()).isEqualTo(32);
    assertThat(refused("!(".repeat(2000)).position()).isEqualTo(32);
  }

  @Test
  void jsonPathsHaveLimits() {
    StringBuilder paths = new StringBuilder("true");
    for (int i = 0; i < 16; i++) {
      paths.append(" && json.p").append(i).append(" && json.p0");
    }
    Filter.parse(paths.toString());
    assertThat(refused(paths + " && json.p16").problem())
        .isEqualTo("more than 16 different JSON paths");
    Filter.parse("json" + ".a".repeat(32));
    assertThat(refused("json" + ".a".repeat(33)).problem())
        .isEqualTo("a path of more than 32 steps");
  }

  @Test
  void regularExpressionsHaveALimit() {
    String fits = "key matches 'a'" + " || key matches 'a'".repeat(7);
    Filter.parse(fits);
    assertThat(refused(fits + " || key matches 'a'").problem())
        .isEqualTo("more than 8 regular expressions");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a{1001}",
        "((a{999}){999}){999}",
        "(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})",
        "a{999}(?i){999}(?i){999}",
        "(?:a{40}){40}",
        "(a{1,30}){1,30}",
        "(a{40,}){40,}"
      })
  void bombIsRefusedBeforeItIsCompiled(String pattern) {
    InvalidFilterException e = refused("key matches '" + pattern + "'");
    assertThat(e.problem())
        .isEqualTo("a regular expression that is too large with its repetitions written out");
    assertThat(e.position()).isEqualTo(12);
  }

  @Test
  void groupsOfARegularExpressionHaveALimit() {
    assertThat(refused("key matches '" + "(".repeat(40) + "a" + ")".repeat(40) + "'").problem())
        .isEqualTo("groups of a regular expression are nested too deep");
    assertThat(refused("key matches '" + "a".repeat(513) + "'").problem())
        .isEqualTo("a regular expression of 513 characters");
  }

  private static InvalidFilterException refused(String text) {
    InvalidFilterException e =
        catchThrowableOfType(InvalidFilterException.class, () -> Filter.parse(text));
    assertThat(e).as("refusal of %s", text).isNotNull();
    return e;
  }
}
