package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.Resource.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read topic:rides",
        "read topic:rides*",
        "read topic:*",
        "read topic:__*",
        "write topic:rides source:vehicle-*",
        "write topic:rides source:$principal",
        "write topic:rides source:a source: of many words",
        "write topic:rides source:*",
        "create topic:x.y_z-1",
        "join group:billing",
        "join group:two words",
        "join group:two words *",
        "reset group:*",
        "alter group:ä",
        "describe broker",
        "admin broker",
        "metrics broker"
      })
  void aTextComesBackAsItWas(String text) {
    assertThat(PermissionText.format(PermissionText.parse(text))).isEqualTo(text);
  }

  @Test
  void theFieldsAreThoseOfTheText() {
    assertThat(PermissionText.parse("write topic:rides* source:vehicle-17"))
        .isEqualTo(
            new Permission(
                Operation.WRITE,
                Kind.TOPIC,
                new NamePattern("rides", true),
                Optional.of(new NamePattern("vehicle-17", false))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "read                                 | has one word; expected a text such as 'read topic:rides*'",
        "reed topic:rides                     | begins with 'reed', which is no operation; expected read, write, create, alter, delete, describe, join, reset, metrics, admin; did you mean 'read'?",
        "read topc:rides                      | expected topic:NAME, topic:PREFIX*, group:NAME, group:PREFIX* or broker; did you mean 'topic'?",
        "read rides                           | has the resource 'rides'; expected topic:NAME",
        "read topic                           | has the resource 'topic'; expected topic:NAME",
        "admin broker:x                       | has the resource 'broker:x'; expected topic:NAME",
        "read  topic:rides                    | has the resource ' topic:rides'; expected topic:NAME",
        "read group:billing                   | has the operation 'read', which does not exist for group; expected alter, delete, describe, join, reset",
        "join topic:rides                     | has the operation 'join', which does not exist for topic; expected read, write, create, alter, delete, describe",
        "read broker                          | does not exist for broker; expected describe, metrics, admin",
        "read topic:                          | has the topic '', which matches no topic name; choose 1 to 249 characters",
        "read topic:..                        | has the topic '..', which matches no topic name",
        "read topic:ri*des                    | has the topic 'ri*des', which matches no topic name",
        "read topic:a/b                       | has the topic 'a/b', which matches no topic name",
        "join group:.                         | has the group '.', which is the name of a directory",
        "join group:                          | has the group '', which is empty",
        "read topic:rides source:x            | has a source, which only write can have; read has none",
        "write topic:rides sauce:x            | has 'sauce:x' after the topic; expected nothing, or for write 'source:NAME'",
        "write topic:rides source:            | has a source that is empty",
        "write topic:rides source:$principal* | only '$principal' may begin with '$'",
        "write topic:rides source:$user       | only '$principal' may begin with '$'",
      })
  void aWrongTextIsRefusedWithWhatIsAllowed(String text, String problem) {
    InvalidTextException refusal =
        catchThrowableOfType(InvalidTextException.class, () -> PermissionText.parse(text));
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_RULE);
    assertThat(refusal)
        .hasMessageStartingWith("permission '" + text + "' ")
        .hasMessageContaining(problem);
  }

  @Test
  void longTextsAreRefusedWithTheirLimit() {
    refused("read topic:" + "a".repeat(2000), "is longer than 1024 characters");
    refused("read topic:" + "a".repeat(250), "choose 1 to 249 characters");
    refused("join group:" + "ä".repeat(128), "is longer than 255 bytes");
    refused("join group:" + "ä".repeat(128) + "*", "is longer than 255 bytes");
    refused("write topic:rides source:" + "ä".repeat(128), "255 bytes of UTF-8");
    refused("write topic:rides source:" + "a".repeat(257), "255 bytes of UTF-8");
    refused("write topic:rides source:\ud800", "255 bytes of UTF-8");
    assertThat(PermissionText.parse("write topic:rides source:" + "a".repeat(255) + "*").source())
        .contains(new NamePattern("a".repeat(255), true));
  }

  @Test
  void aMessageIsOneShortLine() {
    assertThatThrownBy(() -> PermissionText.parse("read topic:\n" + "a".repeat(500)))
        .hasMessageNotContaining("\n")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void aNameThatEndsWithAStarHasNoPatternOfItsOwn() {
    assertThatThrownBy(() -> new NamePattern("rides*", false))
        .hasMessage("'rides*' would be read as a prefix");
  }

  private static void refused(String text, String problem) {
    assertThatThrownBy(() -> PermissionText.parse(text))
        .isInstanceOf(InvalidTextException.class)
        .hasMessageContaining(problem);
  }
}
