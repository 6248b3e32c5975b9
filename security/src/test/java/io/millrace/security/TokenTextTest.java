package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.TokenText.NewToken;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenTextTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void newTokenIsReadAgain() {
    NewToken token = TokenText.create(random);

    assertThat(token.text())
        .hasSize(TokenText.CHARS)
        .matches("mrt_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}");
    assertThat(TokenText.parse(token.text())).hasValue(token.parsed());
    assertThat(token.parsed().matches(kept(token.parsed()))).isTrue();
  }

  @Test
  void everyWrongCharacterIsFound() {
    String text = TokenText.create(random).text();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'x' ? 'y' : 'x';
      String mistyped = text.substring(0, i) + other + text.substring(i + 1);

      assertThat(TokenText.parse(mistyped)).as(mistyped).isEmpty();
    }
    assertThat(TokenText.parse(text + "x")).isEmpty();
    assertThat(TokenText.parse(text.substring(1))).isEmpty();
    assertThat(TokenText.parse("")).isEmpty();
  }

  @Test
  void anotherSecretWithTheSameIdDoesNotMatch() {
    TokenText token = TokenText.create(random).parsed();
    TokenText other = new TokenText(token.id(), TokenText.create(random).parsed().secretHash());

    assertThat(other.matches(kept(token))).isFalse();
  }

  @Test
  void tokensDiffer() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(TokenText.create(random).parsed().id());
    }

    assertThat(ids).hasSize(1000);
  }

  @Test
  void secretIsInNoTextOfTheObjects() {
    NewToken token = TokenText.create(random);
    String secret = token.text().substring(17);

    assertThat(token.toString() + token.parsed() + kept(token.parsed())).doesNotContain(secret);
  }

  private static ApiToken kept(TokenText token) {
    return new ApiToken(token.id(), "ci", "alice", token.secretHash(), 0, 0, List.of());
  }
}
