package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "role:producer",
        "*",
        "spiffe://example.org/ns/a",
        "Ann Lee",
        "a=b,c",
        "ü"
      })
  void aGranteeIsAUserARoleOrEveryone(String grantee) {
    Rule rule = RuleText.parse(grantee, "read topic:rides*");
    assertThat(rule.grantee()).isEqualTo(grantee);
    assertThat(RuleText.format(rule)).isEqualTo(grantee + " read topic:rides*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''        | is empty",
        "ali*      | has a '*'",
        "**        | has a '*'",
        "role:     | is not allowed; choose 1 to 64 characters of a-z",
        "role:*    | is not allowed; choose 1 to 64 characters of a-z",
        "' a'      | has a space at an end",
        "anonymous | is the name of every client without a credential",
      })
  void anyOtherGranteeIsRefused(String grantee, String problem) {
    assertThat(refusal(grantee, name -> RuleText.parse(name, "admin broker")))
        .hasMessageContaining(problem)
        .hasMessageContaining("expected the name of a user, role:NAME, or '*'")
        .extracting(InvalidTextException::code)
        .isEqualTo(ErrorCode.INVALID_RULE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "*", "a*", "role:admin", "anonymous", "a\u0000", "a\u200b", " a", "\ud83d"})
  void aUserHasNoNameThatARuleReadsAsAnother(String name) {
    assertThat(refusal(name, UserName::require))
        .hasMessageStartingWith("user name '")
        .hasMessageContaining("choose 1 to 255 bytes of printable UTF-8")
        .extracting(InvalidTextException::code)
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aUserNameHas255Bytes() {
    assertThat(UserName.require("a".repeat(255))).hasSize(255);
    assertThat(refusal("ä".repeat(128), UserName::require)).hasMessageContaining("is longer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a*", "role:a", "ä"})
  void aRoleHasANameWithoutSpecialCharacters(String name) {
    assertThat(refusal(name, RoleName::require)).hasMessageStartingWith("role name '");
  }

  @Test
  void theNamesOfTheRolesThatEveryBrokerKnowsAreAllowed() {
    for (ShippedRole role : ShippedRole.values()) {
      assertThat(RoleName.require(role.text())).isEqualTo(role.text());
      assertThat(ShippedRole.find(role.text())).contains(role);
    }
    assertThat(ShippedRole.find("auditor")).isEmpty();
  }

  private static InvalidTextException refusal(String name, Function<String, ?> use) {
    return catchThrowableOfType(InvalidTextException.class, () -> use.apply(name));
  }
}
