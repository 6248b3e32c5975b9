package io.millrace.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.settings.PrincipalRule.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalRuleTest {

  private static final String KEY = "tls.principals";

  private static PrincipalRule rule(String text) {
    return PrincipalRule.parse(KEY, text).get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "uri:spiffe://prod/vehicle/* -> vehicle-*, URI, spiffe://prod/vehicle/17, vehicle-17",
    "uri:spiffe://prod/gw -> gateway, URI, spiffe://prod/gw, gateway",
    "dns:*.gw.example -> *, DNS, v17.gw.example, v17",
    "dns:*.GW.example -> *, DNS, V17.gw.EXAMPLE, v17",
    "cn:admin -> alice, CN, admin, alice",
    "cn:* -> *, CN, bob, bob",
    "cn:gw-* -> all, CN, gw-1, all",
    "cn:*-gw->the *,CN,v1-gw,the v1",
  })
  void matches(String rule, Kind kind, String name, String principal) {
    assertThat(rule(rule).principal(kind, name)).contains(principal);
  }

  @ParameterizedTest
  @CsvSource({
    // Another kind, another name, another case.
    "cn:admin -> alice, DNS, admin",
    "cn:admin -> alice, CN, admin2",
    "cn:admin -> alice, CN, Admin",
    "uri:spiffe://prod/* -> *, URI, spiffe://test/a",
    // The star stands for one character or more.
    "uri:spiffe://prod/vehicle/* -> vehicle-*, URI, spiffe://prod/vehicle/",
    "dns:*.gw.example -> *, DNS, .gw.example",
    // A beginning is no end.
    "cn:gw-* -> *, CN, a-gw-",
    "cn:*-gw -> *, CN, -gw-a",
    // Names that would mean something else than a user.
    "cn:* -> *, CN, *",
    "dns:*.gw.example -> *, DNS, *.gw.example",
    "cn:* -> *, CN, role:admin",
    "cn:* -> *, CN, anonymous",
    "cn:* -> *, CN, ' a'",
    "cn:* -> *, CN, 'a\u0000b'",
    "cn:* -> *, CN, 'a\u202eb'",
  })
  void doesNotMatch(String rule, Kind kind, String name) {
    assertThat(rule(rule).principal(kind, name)).isEmpty();
  }

  @Test
  void aNameThatIsTooLongIsNoPrincipal() {
    PrincipalRule any = rule("cn:* -> *");

    assertThat(any.principal(Kind.CN, "a".repeat(255))).isPresent();
    assertThat(any.principal(Kind.CN, "a".repeat(256))).isEmpty();
    assertThat(any.principal(Kind.CN, "ä".repeat(128))).isEmpty();
  }

  @Test
  void rulesAreInTheirOrder() {
    List<PrincipalRule> rules =
        PrincipalRule.parse(
            KEY, "uri:spiffe://prod/vehicle/* -> vehicle-*, dns:*.gw.example -> *, cn:a -> b");

    assertThat(rules).extracting(PrincipalRule::kind).containsExactly(Kind.URI, Kind.DNS, Kind.CN);
    assertThat(rules).extracting(PrincipalRule::result).containsExactly("vehicle-*", "*", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "cn:a, expected KIND:PATTERN -> PRINCIPAL",
    "a -> b, expected KIND:PATTERN -> PRINCIPAL",
    "a -> cn:b, expected KIND:PATTERN -> PRINCIPAL",
    "ip:a -> b, its kind is 'ip'; expected uri or dns or cn",
    "CN:a -> b, its kind is 'CN'",
    "cn: -> b, it has no pattern",
    "cn:a*b -> b, a pattern may have one *",
    "cn:*a* -> b, a pattern may have one *",
    "cn:a -> *, the pattern has none",
    "cn:a* -> **, the principal may have one *",
    "cn:a -> , expected the name of a principal",
    "cn:a -> role:admin, does not begin with 'role:'",
    "cn:a* -> role:*, does not begin with 'role:'",
    "cn:a -> anonymous, is not 'anonymous'",
  })
  void aWrongRuleIsNamed(String rule, String problem) {
    assertThatThrownBy(() -> rule(rule))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("tls.principals has the rule '" + rule.strip())
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cn:a -> b,", ", cn:a -> b"})
  void anEmptyRuleIsRefused(String rules) {
    assertThatThrownBy(() -> PrincipalRule.parse(KEY, rules)).isInstanceOf(ConfigException.class);
  }
}
