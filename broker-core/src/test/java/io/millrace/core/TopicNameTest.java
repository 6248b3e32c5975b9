package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "rides", "Rides_2.eu-west", "...", "-", "0"})
  void aNameOfTheAllowedCharactersIsTaken(String name) {
    assertThat(TopicName.require(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a b", "a/b", "ä", "a\u0000", "a\n", "😀"})
  void anyOtherIsRefused(String name) {
    assertRefused(ErrorCode.INVALID_TOPIC_NAME, () -> TopicName.require(name))
        .contains("choose 1 to 249 characters")
        .doesNotContain("\n", "\u0000");
  }

  @Test
  void aNameHas249CharactersAtMost() {
    assertThat(TopicName.require("a".repeat(249))).hasSize(249);
    assertRefused(ErrorCode.INVALID_TOPIC_NAME, () -> TopicName.require("a".repeat(300)))
        .contains("aaa...' (300 chars)", "longer than 249")
        .hasSizeLessThan(300);
  }
}
