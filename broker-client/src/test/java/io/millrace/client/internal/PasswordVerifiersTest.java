package io.millrace.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.ScramVerifier;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.scram.PasswordVerifier;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordVerifiersTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The last one changes in SASLprep: a soft hyphen goes, and a no-break space is a space. */
  @ParameterizedTest
  @ValueSource(strings = {"correct horse", "pässwörter", "пароль-1", "soft\u00ADhyphen\u00A0x"})
  void brokerComputesTheSame(String password) {
    List<String> texts = PasswordVerifiers.of(password.toCharArray(), RANDOM);

    List<ScramVerifier> verifiers = ScramVerifierText.parseAll(texts);
    assertThat(verifiers).hasSize(2);
    for (ScramVerifier verifier : verifiers) {
      assertThat(verifier.iterations()).isEqualTo(ScramVerifier.DEFAULT_ITERATIONS);
      assertThat(PasswordVerifier.matches(verifier, password.toCharArray())).isTrue();
      assertThat(PasswordVerifier.matches(verifier, "correct hose".toCharArray())).isFalse();
    }
  }

  @Test
  void eachVerifierHasASaltOfItsOwn() {
    char[] password = "correct horse".toCharArray();

    List<String> first = PasswordVerifiers.of(password, RANDOM);
    List<String> second = PasswordVerifiers.of(password, RANDOM);

    assertThat(List.of(first.get(0), first.get(1), second.get(0), second.get(1)))
        .extracting(text -> text.split("[:$]")[2])
        .doesNotHaveDuplicates();
    assertThat(password).isEqualTo("correct horse".toCharArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "seven-7", "bell\u0007bell", "private\uE000use"})
  void passwordThatIsNotAllowedIsRefusedWithoutRepeatingIt(String password) {
    assertThatThrownBy(() -> PasswordVerifiers.of(password.toCharArray(), RANDOM))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
        .hasNoCause()
        .message()
        .contains("choose one of 8 characters or more")
        .doesNotContain(password.isEmpty() ? "\u0000" : password);
  }
}
