package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.filter.TestEvent.TestHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What filters say of events. */
class FilterTest {

  private static final TestEvent EDIT =
      TestEvent.of("de.wikipedia", "{\"delta\": 101, \"user\": {\"name\": \"Ada\"}}")
          .withKey("user:17")
          .withPlace(3, 4711)
          .withTimes(1_441_932_418_771_000L, 1_441_932_419_000_000L)
          .withHeaders(
              new TestHeader("trace", TestEvent.utf8("abc")),
              new TestHeader("trace", TestEvent.utf8("second")),
              new TestHeader("flag", null));

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      textBlock =
          """
          source == 'de.wikipedia' && key startsWith 'user:' && json.delta > 100 ¦ true
          source == 'de.wikipedia' && json.delta > 101 ¦ false
          source == "de.wikipedia" ¦ true
          'de.wikipedia' == source ¦ true
          source != 'de.wikipedia' ¦ false
          source in ['en.wikipedia', 'de.wikipedia'] ¦ true
          source in ['en.wikipedia'] ¦ false
          source < 'de.wikipediaa' ¦ true
          source > 'de.wikipedi' ¦ true
          source >= 'de.wikipedia' && source <= 'de.wikipedia' ¦ true
          source contains 'wiki' ¦ true
          source contains '' ¦ true
          source startsWith 'wiki' ¦ false
          source endsWith 'pedia' ¦ true
          source matches '^de[.]' ¦ true
          source matches 'wiki' ¦ true
          source matches '^wiki' ¦ false
          source matches r'^de\\.\\w+$' ¦ true
          key == 'user:17' ¦ true
          offset == 4711 ¦ true
          offset == 4711.0 ¦ true
          offset > 4710.5 && offset < 4711.5 ¦ true
          4712 > offset ¦ true
          partition in [1, 3] ¦ true
          size == 39 ¦ true
          timestamp == '2015-09-11T00:46:58.771Z' ¦ true
          timestamp == '2015-09-11 02:46:58.771+02:00' ¦ true
          timestamp >= '2015-09-11' && timestamp < '2015-09-12' ¦ true
          timestamp == 1441932418771000 ¦ true
          appendTime > timestamp ¦ true
          appendTime in ['2015-09-11T00:46:59Z'] ¦ true
          headers['trace'] == 'abc' ¦ true
          headers['trace'] == 'second' ¦ false
          headers['none'] == 'abc' ¦ false
          headers['none'] == null ¦ true
          headers['flag'] == null ¦ true
          exists(headers['flag']) ¦ true
          exists(headers['none']) ¦ false
          exists(key) ¦ true
          json.user.name == 'Ada' ¦ true
          json['user']['name'] == 'Ada' ¦ true
          json.user.name in ['Eva', 'Ada'] ¦ true
          exists(json.user) ¦ true
          exists(json.user.age) ¦ false
          value startsWith '{"delta' ¦ true
          value contains '\\u0041da' ¦ true
          !(json.delta > 100) ¦ false
          !exists(json.none) ¦ true
          !!true ¦ true
          true || json.delta > 100 ¦ true
          false ¦ false
          false && false || true ¦ true
          false && (false || true) ¦ false
          """)
  void recordFields(String filter, boolean expected) {
    assertThat(matches(filter, EDIT)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          json.a == null          | {}             | true  | 0
          json.a == null          | {"a":null}     | true  | 0
          json.a == null          | {"a":1}        | false | 0
          json.a == null          | {"a":{}}       | false | 0
          json.a != null          | {}             | false | 0
          json.a != null          | {"a":null}     | false | 0
          json.a != null          | {"a":1}        | true  | 0
          exists(json.a)          | {}             | false | 0
          exists(json.a)          | {"a":null}     | true  | 0
          json.a == 1             | {}             | false | 0
          json.a != 1             | {}             | false | 0
          json.a < 1              | {"a":null}     | false | 0
          !(json.a == 1)          | {}             | true  | 0
          json.a == 1             | {"a":"1"}      | false | 1
          json.a != 1             | {"a":"1"}      | false | 1
          !(json.a == 1)          | {"a":"1"}      | true  | 1
          json.a == '1'           | {"a":1}        | false | 1
          json.a == true          | {"a":"true"}   | false | 1
          json.a != 1             | {"a":[1]}      | false | 1
          json.a                  | {"a":true}     | true  | 0
          json.a                  | {"a":false}    | false | 0
          json.a                  | {}             | false | 0
          json.a                  | {"a":1}        | false | 1
          !json.a                 | {"a":1}        | true  | 1
          !json.a                 | {}             | true  | 0
          json.a in [1, 'x']      | {"a":2}        | false | 0
          json.a in [1, 2]        | {"a":"x"}      | false | 1
          json.a in [1, null]     | {}             | true  | 0
          json.a startsWith 'x'   | {"a":1}        | false | 1
          json.a == json.b        | {"a":1,"b":1.0}| true  | 0
          json.a == json.b        | {}             | false | 0
          json.a != json.b        | {"a":1}        | false | 0
          json.a == json.b        | {"a":1,"b":"1"}| false | 1
          json.a < json.b         | {"a":false,"b":true} | false | 1
          json.a != json.b        | {"a":false,"b":true} | true  | 0
          json.a == json.a        | {"a":{}}       | false | 1
          json.a == source        | {"a":"s"}      | true  | 0
          json > 5                | 6              | true  | 0
          json[1] == 'b'          | ["a","b"]      | true  | 0
          json[0].a               | [{"a":true}]   | true  | 0
          json.a[0] == 1          | {"a":{"0":1}}  | false | 0
          json['0'] == 1          | [1]            | false | 0
          json.a.b == 1           | {"a":"b"}      | false | 0
          """)
  void missingValuesAndTypes(String filter, String value, boolean expected, long mismatches) {
    FilterMatcher matcher = Filter.parse(filter).newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue(value))).isEqualTo(expected);
    assertThat(matcher.typeMismatches()).isEqualTo(mismatches);
    assertThat(matcher.notJson()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          json.a == 9007199254740993    | 9007199254740993    | true
          json.a == 9007199254740993    | 9007199254740992.0  | false
          json.a == 9007199254740992    | 9007199254740992.0  | true
          json.a > 9007199254740992.0   | 9007199254740993    | true
          json.a == 0.1                 | 0.10                | true
          json.a == 0.1                 | 1E-1                | true
          json.a == 0                   | -0                  | true
          json.a == -0.0                | 0e5                 | true
          json.a < 1e999                | 1e998               | true
          json.a == 1e999               | 10e998              | true
          json.a > 1e999                | 1e1000000000000     | true
          json.a < -1e999               | -1e1000             | true
          json.a > 0                    | 1e-999              | true
          json.a < 9223372036854775808  | 9223372036854775807 | true
          json.a == 9223372036854775808 | 9223372036854775808 | true
          json.a == -9223372036854775808| -9223372036854775808| true
          json.a > 99.98                | 99.99               | true
          """)
  void numbersCompareExactly(String filter, String number, boolean expected) {
    assertThat(matches(filter, TestEvent.ofValue("{\"a\":" + number + "}"))).isEqualTo(expected);
  }

  @Test
  void numberOfManyDigitsComparesExactly() {
    TestEvent event = TestEvent.ofValue("{\"a\":1" + "0".repeat(399) + "}");
    assertThat(matches("json.a == 1e399", event)).isTrue();
    assertThat(matches("json.a > 1e399", event)).isFalse();
    assertThat(matches("json.a < 1" + "0".repeat(398) + "1", event)).isTrue();
  }

  @Test
  void textsAreComparedByUnsignedBytes() {
    // In UTF-16, the first half of the emoji is less than the last character of the plane.
    TestEvent event = TestEvent.ofValue("{\"a\":\"\uD83D\uDE00\"}");
    assertThat(matches("json.a > '\uFFFD'", event)).isTrue();
    assertThat(matches("json.a > 'z'", event)).isTrue();
  }

  @Test
  void bytesThatAreNotUtf8AreCompared() {
    byte[] value = "{\"a\":\"x?y\"}".getBytes(StandardCharsets.US_ASCII);
    value[7] = (byte) 0xFF;
    TestEvent event = TestEvent.ofValue(value);
    assertThat(matches("json.a startsWith 'x' && json.a endsWith 'y'", event)).isTrue();
    assertThat(matches("json.a > 'x\uD83D\uDE00'", event)).isTrue();
    assertThat(matches("json.a matches '^x\uFFFDy$'", event)).isTrue();
    assertThat(matches("json.a == 'x\uFFFDy'", event)).isFalse();
  }

  @Test
  void eventWithoutValueHasNoJsonAndNoSize() {
    TestEvent event = TestEvent.ofValue((String) null);
    FilterMatcher matcher = Filter.parse("json.a == null && value == null").newMatcher();
    assertThat(matcher.matches(event)).isTrue();
    assertThat(matcher.notJson()).isZero();
    assertThat(matches("size == 0", event)).isTrue();
    assertThat(matches("exists(json) || exists(value) || value != 'x'", event)).isFalse();
  }

  @Test
  void emptyKeyIsNotNull() {
    TestEvent event = TestEvent.ofValue("").withKey("");
    assertThat(matches("key == '' && key != null && exists(key)", event)).isTrue();
  }

  @Test
  void countersCountEvents() {
    FilterMatcher matcher = Filter.parse("json.a > 1 || json.b > 1").newMatcher();
    matcher.matches(TestEvent.ofValue("{\"a\":\"x\",\"b\":\"y\"}"));
    matcher.matches(TestEvent.ofValue("{\"a\":5,\"b\":\"y\"}"));
    matcher.matches(TestEvent.ofValue("hello"));
    matcher.matches(TestEvent.ofValue(""));
    assertThat(matcher.typeMismatches()).isEqualTo(1);
    assertThat(matcher.notJson()).isEqualTo(2);
  }

  @Test
  void fieldsWithoutJsonDecideFirst() {
    FilterMatcher matcher = Filter.parse("json.a > 1 && source == 'other'").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("not JSON"))).isFalse();
    assertThat(matcher.notJson()).isZero();
  }

  @Test
  void matcherForgetsThePreviousEvent() {
    FilterMatcher matcher = Filter.parse("json.a == 1 && json.b[0] == 'x\\n'").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("{\"a\":1,\"b\":[\"x\\n\"]}"))).isTrue();
    assertThat(matcher.matches(TestEvent.ofValue("{\"a\":1}"))).isFalse();
    assertThat(matcher.matches(TestEvent.ofValue("{\"b\":[\"x\\n\"]}"))).isFalse();
    assertThat(matcher.matches(TestEvent.ofValue("{\"a\":1,\"b\":[\"x\\n\"]}"))).isTrue();
  }

  @Test
  void valueOfTenMegabytesIsTested() {
    String filler = "{\"x\":\"" + "\\n".repeat(5 << 20) + "\",\"a\":1}";
    FilterMatcher matcher =
        Filter.parse("json.a == 1 && json.x endsWith '\\n' && value contains 'a'").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue(filler))).isTrue();
    assertThat(matcher.matches(TestEvent.ofValue("{}"))).isFalse();
    assertThat(matcher.matches(TestEvent.ofValue(filler))).isTrue();
  }

  @Test
  void memoryOfLargeFieldsIsGivenBack() {
    FieldValue value = new FieldValue();
    ByteRange range = new ByteRange();
    for (int length : new int[] {1 << 20, 1_048_577, 10 << 20, 100}) {
      range.set(ByteBuffer.allocate(length), 0, length);
      value.setText(range, 0);
      assertThat(value.bytes.length)
          .as("%d bytes", length)
          .isBetween(length, Math.max(length, 1 << 20));
      value.trim();
      assertThat(value.bytes.length).as("kept of %d bytes", length).isLessThanOrEqualTo(1 << 20);
    }
  }

  @Test
  void textTooLongForARegularExpressionIsCounted() {
    FilterMatcher matcher = Filter.parse("value matches '(a{20}){20}b'").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("a".repeat(400) + "b"))).isTrue();
    assertThat(matcher.patternsSkipped()).isZero();
    assertThat(matcher.matches(TestEvent.ofValue("a".repeat(10 << 20) + "b"))).isFalse();
    assertThat(matcher.patternsSkipped()).isEqualTo(1);
  }

  @Test
  void searchIsLinearInHostileText() {
    String wanted = "a".repeat(2000) + "b";
    FilterMatcher matcher = Filter.parse("value contains '" + wanted + "'").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("a".repeat(10 << 20)))).isFalse();
    assertThat(matcher.matches(TestEvent.ofValue("a".repeat(10 << 20) + "b"))).isTrue();
  }

  private static boolean matches(String filter, TestEvent event) {
    return Filter.parse(filter).newMatcher().matches(event);
  }
}
