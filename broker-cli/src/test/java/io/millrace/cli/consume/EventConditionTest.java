package io.millrace.cli.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import io.millrace.filter.Filter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventConditionTest {

  private static final ConsumedEvent EVENT =
      new ConsumedEvent(
          "rides",
          3,
          42,
          1_000_000,
          2_000_000,
          "wägen",
          "key".getBytes(UTF_8),
          "{\"n\":7}".getBytes(UTF_8),
          List.of(
              new Header("a", "first".getBytes(UTF_8)),
              new Header("a", "second".getBytes(UTF_8)),
              new Header("none", null)));

  private static final ConsumedEvent EMPTY =
      new ConsumedEvent("rides", 0, 0, 0, 0, "s", null, null, List.of());

  private static EventCondition condition(String filter) {
    return new EventCondition(Optional.of(Filter.parse(filter)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "partition == 3",
        "offset == 42",
        "timestamp == '1970-01-01T00:00:01Z'",
        "appendTime == '1970-01-01T00:00:02Z'",
        "source == 'wägen'",
        "key == 'key'",
        "value contains 'n'",
        "json.n == 7",
        "headers['a'] == 'first'",
        "exists(headers['none'])"
      })
  void eachFieldIsThatOfTheEvent(String filter) {
    assertThat(condition(filter).matches(EVENT)).isTrue();
    assertThat(condition(filter).matches(EMPTY)).isFalse();
  }

  @Test
  void anAbsentKeyAndValueAreNull() {
    assertThat(condition("key == null && value == null && size == 0").matches(EMPTY)).isTrue();
    assertThat(condition("!exists(headers['a'])").matches(EMPTY)).isTrue();
  }

  @Test
  void theBrokerIsAskedForTheSourcesThatCanMatch() {
    assertThat(condition("(source == 'a' || source == 'b') && size > 1").sources())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(condition("size > 1").sources()).isEmpty();
    assertThat(condition("source == 'a' && source == 'b'").sources())
        .as("all: the command tests that none matches")
        .isEmpty();
  }
}
