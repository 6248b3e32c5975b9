package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.scram.NewPassword;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTextTest {

  /** 16, 32 and 64 bytes. */
  private static final String SALT = "MDEyMzQ1Njc4OWFiY2RlZg==";

  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String VALID = "SCRAM-SHA-256$4096:" + SALT + "$" + KEY + ":" + KEY;

  @Test
  void verifierComesBack() {
    for (ScramVerifier verifier : NewPassword.verifiers("correct horse".toCharArray())) {
      assertThat(ScramVerifierText.parse(ScramVerifierText.format(verifier))).isEqualTo(verifier);
    }
    assertThat(ScramVerifierText.format(ScramVerifierText.parse(VALID))).isEqualTo(VALID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|does not have the form",
        "secret|does not have the form",
        "SCRAM-SHA-256$4096:SALT$KEY|does not have the form",
        "SCRAM-SHA-256$-1:SALT$KEY:KEY|does not have the form",
        "SCRAM-SHA-256$4096:SALT$KEY:KEY:KEY|does not have the form",
        "SCRAM-SHA-1$4096:SALT$KEY:KEY|its mechanism is unknown",
        "SCRAM-SHA-256$4095:SALT$KEY:KEY|4095 iterations; expected 4096 to 1000000",
        "SCRAM-SHA-256$1000001:SALT$KEY:KEY|1000001 iterations",
        "SCRAM-SHA-256$4096:AAAA$KEY:KEY|its salt has 3 bytes; expected 16 to 64",
        "SCRAM-SHA-256$4096:SALT$AAAA:KEY|a key has 3 bytes; expected 32",
        "SCRAM-SHA-512$4096:SALT$KEY:KEY|a key has 32 bytes; expected 64",
        "SCRAM-SHA-256$4096:SALT$KEY:!KEY|not Base64"
      })
  void anythingElseIsRefusedWithoutRepeatingIt(String form, String reason) {
    String text = form == null ? "" : form.replace("SALT", SALT).replace("KEY", KEY);

    assertThatThrownBy(() -> ScramVerifierText.parse(text))
        .isInstanceOfSatisfying(
            AccessException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
        .hasMessageContaining(reason)
        .message()
        .doesNotContain(KEY, SALT, "secret");
  }

  @Test
  void mechanismHasOneVerifier() {
    assertThatThrownBy(() -> ScramVerifierText.parseAll(List.of(VALID, VALID)))
        .hasMessageContaining("occurs twice");
    assertThatThrownBy(() -> ScramVerifierText.parseAll(Collections.nCopies(60_000, VALID)))
        .hasMessageContaining("there are 60000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "1234567", "pass\u0007word-1", "new\nline-1", "emoji-😀-1"})
  void passwordThatIsNotAllowedIsRefusedWithoutRepeatingIt(String password) {
    assertThatThrownBy(() -> NewPassword.verifiers(password.toCharArray()))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("choose one of 8 characters or more, and at most 1024 bytes");
  }

  @Test
  void passwordHasALargestSize() {
    NewPassword.verifiers("x".repeat(1024).toCharArray());
    NewPassword.verifiers("𠀀".repeat(256).toCharArray());
    assertThatThrownBy(() -> NewPassword.verifiers("x".repeat(1025).toCharArray()))
        .hasMessageContaining("more than 1024 bytes");
    assertThatThrownBy(() -> NewPassword.verifiers("é".repeat(513).toCharArray()))
        .hasMessageContaining("more than 1024 bytes");
    assertThatThrownBy(() -> NewPassword.verifiers("𠀀".repeat(257).toCharArray()))
        .hasMessageContaining("more than 1024 bytes");
    assertThatThrownBy(() -> NewPassword.verifiers("𠀀".repeat(7).toCharArray()))
        .hasMessageContaining("fewer than 8 characters");
  }
}
