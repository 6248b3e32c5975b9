package io.millrace.security.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PasswordVerifierTest {

  @ParameterizedTest
  @EnumSource(ScramMechanism.class)
  void onlyThePasswordMatches(ScramMechanism mechanism) {
    ScramVerifier verifier = PasswordVerifier.of(mechanism, "pencil".toCharArray());

    assertThat(PasswordVerifier.matches(verifier, "pencil".toCharArray())).isTrue();
    assertThat(PasswordVerifier.matches(verifier, "pencils".toCharArray())).isFalse();
    assertThat(PasswordVerifier.matches(verifier, new char[0])).isFalse();
    assertThat(verifier.iterations()).isEqualTo(ScramVerifier.DEFAULT_ITERATIONS);
  }

  @Test
  void samePasswordHasAnotherSaltEachTime() {
    assertThat(PasswordVerifier.of(ScramMechanism.SHA_256, "pencil".toCharArray()).salt())
        .isNotEqualTo(PasswordVerifier.of(ScramMechanism.SHA_256, "pencil".toCharArray()).salt());
  }

  @Test
  void charactersThatLookAlikeAreTheSame() {
    // RFC 4013, section 3: the roman numeral nine and the letters.
    ScramVerifier verifier = PasswordVerifier.of(ScramMechanism.SHA_256, "\u2168".toCharArray());

    assertThat(PasswordVerifier.matches(verifier, "IX".toCharArray())).isTrue();
  }

  @Test
  void passwordOfTheCallerIsNotChanged() {
    char[] password = "pencil".toCharArray();

    PasswordVerifier.of(ScramMechanism.SHA_256, password);

    assertThat(password).isEqualTo("pencil".toCharArray());
  }

  @Test
  void unusablePasswordIsRefusedWithoutItsText() {
    assertThatThrownBy(
            () -> PasswordVerifier.of(ScramMechanism.SHA_256, "secr\u0007et".toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a character that is not allowed")
        .hasMessageNotContaining("secr");
    assertThatThrownBy(() -> PasswordVerifier.of(ScramMechanism.SHA_256, new char[0]))
        .hasMessageContaining("the password is empty");
  }
}
