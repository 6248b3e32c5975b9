package io.millrace.client.internal.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.Credentials;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramClientLoginTest {

  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  private final ScramClientLogin login = login("user");

  private static ScramClientLogin login(String user) {
    return new ScramClientLogin(
        ScramClientLogin.SHA_256,
        (Credentials.Password) Credentials.password(user, "pencil".toCharArray()),
        Optional.empty(),
        () -> NONCE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The example of RFC 7677, section 3. */
  @Test
  void messagesAreThoseOfTheRfc() {
    assertThat(login.begin()).asString().isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    assertThat(login.next(bytes(SERVER_FIRST)))
        .asString()
        .isEqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    login.finish(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
  }

  @Test
  void signsOfTheFormatInANameAreEscaped() {
    assertThat(login("a=b,c").begin()).asString().startsWith("n,,n=a=3Db=2Cc,r=");
  }

  /** U+0007 is a control character, which SASLprep (RFC 4013) prohibits. */
  @Test
  void passwordThatSaslprepProhibitsIsRefusedWithoutShowingIt() {
    ScramClientLogin prohibited =
        new ScramClientLogin(
            ScramClientLogin.SHA_256,
            (Credentials.Password) Credentials.password("user", "pencil\u0007".toCharArray()),
            Optional.empty(),
            () -> NONCE);
    assertFails(
        () -> {
          prohibited.begin();
          prohibited.next(bytes(SERVER_FIRST));
        },
        "has characters that SCRAM does not allow");
  }

  @Test
  void nonceIsAnotherOneEachTime() {
    Credentials.Password credentials =
        (Credentials.Password) Credentials.password("user", "pencil".toCharArray());
    byte[] one =
        new ScramClientLogin(ScramClientLogin.SHA_256, credentials, Optional.empty()).begin();
    byte[] two =
        new ScramClientLogin(ScramClientLogin.SHA_256, credentials, Optional.empty()).begin();
    assertThat(one).isNotEqualTo(two).hasSameSizeAs(two);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e=other-error",
        "r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
        "r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
        "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
      })
  void malformedChallengeIsRefused(String challenge) {
    login.begin();
    assertFails(() -> login.next(bytes(challenge)), "the broker broke the protocol of SCRAM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v=", "e=invalid-proof", "x"})
  void malformedProofOfTheBrokerIsRefused(String proof) {
    login.begin();
    login.next(bytes(SERVER_FIRST));
    assertFails(() -> login.finish(bytes(proof)), "the broker");
  }

  @Test
  void proofOfAnotherPasswordIsRefused() {
    login.begin();
    login.next(bytes(SERVER_FIRST));
    assertFails(
        () -> login.finish(bytes("v=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")),
        "could not prove that it knows user 'user'");
  }

  @Test
  void secondChallengeIsRefused() {
    login.begin();
    login.next(bytes(SERVER_FIRST));
    assertFails(() -> login.next(bytes(SERVER_FIRST)), "it asked for a second proof");
  }

  private static void assertFails(Runnable step, String reason) {
    MillraceException failure = catchThrowableOfType(MillraceException.class, step::run);
    assertThat(failure).isNotNull().hasMessageContaining(reason);
    assertThat(failure.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    assertThat(failure).hasMessageNotContaining("pencil");
  }
}
