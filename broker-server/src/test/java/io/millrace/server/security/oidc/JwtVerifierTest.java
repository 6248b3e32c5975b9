package io.millrace.server.security.oidc;

import static io.millrace.server.security.oidc.TestIssuer.NOW;
import static io.millrace.server.security.oidc.TestIssuer.claims;
import static io.millrace.server.security.oidc.TestIssuer.header;
import static io.millrace.server.security.oidc.TestIssuer.rs256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.protocol.EpochMicros;
import io.millrace.server.authentication.BearerLogin.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid tokens, and the attacks on them. */
@Timeout(120)
class JwtVerifierTest {

  private static final String RSA = header("RS256", "rsa");

  @TempDir Path directory;

  private JwtVerifier verifier;

  @AfterEach
  void close() {
    if (verifier != null) {
      verifier.close();
    }
  }

  private void open(String... algorithms) throws IOException {
    Path jwks = directory.resolve("jwks.json");
    Files.writeString(
        jwks,
        TestIssuer.jwks(
            TestIssuer.rsaJwk("rsa"),
            TestIssuer.ecJwk("ec"),
            TestIssuer.edJwk("ed"),
            "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAA\"}"));
    verifier =
        JwtVerifier.open(
            TestIssuer.settings(jwks.toString(), algorithms), InstantSource.fixed(NOW));
  }

  private static String json(String claims) {
    return "{" + claims + "}";
  }

  private Verified accepted(String token) {
    return verifier.verify(token).join();
  }

  private String refusal(String token) {
    CompletableFuture<Verified> verified = verifier.verify(token);
    try {
      throw new AssertionError("accepted: " + verified.join());
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(JwtRefusedException.class);
      return e.getCause().getMessage();
    }
  }

  @Test
  void aValidTokenSaysWhoItIs() throws IOException {
    open("RS256", "ES256", "EdDSA");
    Verified alice = new Verified("alice", Set.of(), EpochMicros.of(NOW.plusSeconds(600)));
    assertThat(accepted(rs256(RSA, json(claims())))).isEqualTo(alice);
    assertThat(accepted(TestIssuer.es256(header("ES256", "ec"), json(claims())))).isEqualTo(alice);
    assertThat(accepted(TestIssuer.edDsa(header("EdDSA", "ed"), json(claims())))).isEqualTo(alice);
  }

  @Test
  void aTokenNeedsNoKeyIdIfOneKeyOfTheAlgorithmIsThere() throws IOException {
    open();
    assertThat(accepted(rs256("{\"alg\":\"RS256\"}", json(claims()))).principal())
        .isEqualTo("alice");
  }

  @Test
  void rolesComeFromTheClaim() throws IOException {
    open();
    assertThat(
            accepted(rs256(RSA, json(claims() + ",\"groups\":[\"operator\",\"/other app\",7]")))
                .roles())
        .containsExactly("operator");
    assertThat(accepted(rs256(RSA, json(claims() + ",\"groups\":\"producer consumer\""))).roles())
        .containsExactlyInAnyOrder("producer", "consumer");
  }

  @Test
  void theAudienceCanBeOneOfSeveral() throws IOException {
    open();
    String claims = claims().replace("\"millrace\"", "[\"other\",\"millrace\"]");
    assertThat(accepted(rs256(RSA, json(claims))).principal()).isEqualTo("alice");
  }

  @Test
  void theClocksMayDifferBySoMuch() throws IOException {
    open();
    assertThat(accepted(rs256(RSA, json(exp(-29)))).expiresAtMicros())
        .isEqualTo(EpochMicros.of(NOW.minusSeconds(29)));
    assertThat(refusal(rs256(RSA, json(exp(-30))))).startsWith("expired at");
    accepted(rs256(RSA, json(claims() + ",\"nbf\":" + (NOW.getEpochSecond() + 30))));
    assertThat(refusal(rs256(RSA, json(claims() + ",\"nbf\":" + (NOW.getEpochSecond() + 31)))))
        .startsWith("is not valid before");
  }

  private static String exp(long seconds) {
    return claims().replaceAll("\"exp\":\\d+", "\"exp\":" + (NOW.getEpochSecond() + seconds));
  }

  static Stream<Arguments> badClaims() {
    String exp = "\"exp\":" + NOW.plusSeconds(600).getEpochSecond();
    return Stream.of(
        arguments(claims().replace("id.example", "id.example.evil"), "iss"),
        arguments(claims().replace("https", "HTTPS"), "iss"),
        arguments(claims().replace("\"iss\"", "\"iss2\""), "iss"),
        arguments(claims().replace("\"millrace\"", "\"other\""), "aud"),
        arguments(claims().replace("\"millrace\"", "[]"), "aud"),
        arguments(claims().replace("\"millrace\"", "{\"millrace\":1}"), "aud"),
        arguments(claims().replace("\"aud\"", "\"aud2\""), "aud"),
        arguments(claims().replace("," + exp, ""), "exp is missing"),
        arguments(claims().replace(exp, "\"exp\":null"), "exp is missing"),
        arguments(claims().replace(exp, exp.replace(":", ":\"") + "\""), "exp is not a time"),
        arguments(claims().replace(exp, exp + "000"), "exp is not a time"),
        arguments(claims().replace(exp, "\"exp\":1e400000000"), "exp is not a time"),
        arguments(claims().replace(exp, "\"exp\":1e-400000000"), "exp is not a time"),
        arguments(claims().replace(exp, "\"exp\":-1"), "exp is not a time"),
        arguments(claims().replace("\"alice\"", "\"\""), "sub"),
        arguments(claims().replace("\"alice\"", "\"role:admin\""), "sub"),
        arguments(claims().replace("\"alice\"", "\"anonymous\""), "sub"),
        arguments(claims().replace("\"alice\"", "\"*\""), "sub"),
        arguments(claims().replace("\"alice\"", "\"a\\nb\""), "sub"),
        arguments(claims().replace("\"alice\"", "[\"alice\"]"), "sub"),
        arguments(claims().replace("\"alice\"", "\"" + "a".repeat(256) + "\""), "sub"),
        arguments(claims() + ",\"sub\":\"bob\"", "name twice"),
        arguments(claims() + ",\"x\":{\"a\":1,\"a\":2}", "name twice"),
        arguments(claims() + ",\"groups\":5", "groups"),
        arguments(claims() + ",\"x\":" + "[".repeat(50) + "]".repeat(50), "not JSON"));
  }

  @ParameterizedTest
  @MethodSource("badClaims")
  void aTokenWithWrongClaimsIsRefused(String claims, String reason) throws IOException {
    open();
    assertThat(refusal(rs256(RSA, json(claims)))).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"None\",\"kid\":\"rsa\"}",
        "{\"alg\":\"HS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"HS256\",\"kid\":\"secret\"}",
        "{\"alg\":\"RS512\",\"kid\":\"rsa\"}",
        "{\"alg\":\"PS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
        "{\"alg\":\"ES256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"RS256\",\"kid\":\"ec\"}",
        "{\"alg\":\"RS256\",\"kid\":\"unknown\"}",
        "{\"alg\":\"RS256\",\"kid\":5}",
        "{\"kid\":\"rsa\"}",
        "{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}",
        "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"rsa\"}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"b64\"],\"b64\":false}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[]}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"cty\":\"JWT\"}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"dpop+jwt\"}",
        "[\"RS256\"]",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\"}{}",
        "\"RS256\"",
        "",
        "{"
      })
  void aTokenWithAnotherHeaderIsRefusedAlthoughItsSignatureIsValid(String header)
      throws IOException {
    open();
    assertThat(refusal(rs256(header, json(claims())))).isNotEmpty();
  }

  @Test
  void aKeyInTheHeaderIsNotUsed() throws IOException {
    open();
    String header =
        "{\"alg\":\"RS256\",\"kid\":\"mine\",\"jwk\":%s,\"jku\":\"http://127.0.0.1:1/\"}"
            .formatted(TestIssuer.rsaJwk("mine"));
    assertThat(refusal(rs256(header, json(claims())))).contains("no key of this id");
  }

  @Test
  void aSignatureWithThePublicKeyAsASecretIsRefused() throws Exception {
    open("RS256", "ES256", "EdDSA");
    String signed =
        TestIssuer.base64(header("HS256", "rsa")) + "." + TestIssuer.base64(json(claims()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TestIssuer.rsa().getPublic().getEncoded(), "HmacSHA256"));
    String signature = TestIssuer.base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    assertThat(refusal(signed + "." + signature)).contains("alg");
    String asRsa =
        TestIssuer.base64(RSA) + "." + TestIssuer.base64(json(claims())) + "." + signature;
    assertThat(refusal(asRsa)).contains("signature");
  }

  @Test
  void changedTokensAreRefused() throws IOException {
    open();
    String token = rs256(RSA, json(claims()));
    String[] parts = token.split("\\.");
    String bob = TestIssuer.base64(json(claims().replace("alice", "admin")));
    List<String> changed =
        new ArrayList<>(
            List.of(
                parts[0] + "." + bob + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1],
                token + ".",
                token + ".a.b",
                "." + token,
                " " + token,
                token + "=",
                token + "\n",
                parts[0] + "." + parts[1] + "." + TestIssuer.base64(new byte[256]),
                parts[0] + "." + parts[1] + "." + TestIssuer.base64(new byte[64]),
                "",
                "..",
                "....",
                "a".repeat(20_000)));
    for (char last : lastWithSameBytes(token)) {
      changed.add(token.substring(0, token.length() - 1) + last);
    }
    for (int i = 0; i < token.length(); i += 7) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      changed.add(token.substring(0, i) + other + token.substring(i + 1));
    }
    for (String each : changed) {
      assertThat(refusal(each)).as(each).isNotEmpty();
    }
    assertThat(accepted(token).principal()).isEqualTo("alice");
  }

  /** The other last characters that a lenient decoder reads as the same signature. */
  private static List<Character> lastWithSameBytes(String token) {
    byte[] signature = Base64.getUrlDecoder().decode(token.split("\\.")[2]);
    String rest = token.substring(token.lastIndexOf('.') + 1, token.length() - 1);
    List<Character> same = new ArrayList<>();
    for (char c = '0'; c <= 'z'; c++) {
      if (Character.isLetterOrDigit(c)
          && c != token.charAt(token.length() - 1)
          && Arrays.equals(Base64.getUrlDecoder().decode(rest + c), signature)) {
        same.add(c);
      }
    }
    assertThat(same).isNotEmpty();
    return same;
  }

  /** CVE-2022-21449: a signature of zeros was valid for every message. */
  @Test
  void anEcSignatureOfZerosIsRefused() throws IOException {
    open();
    String signed =
        TestIssuer.base64(header("ES256", "ec")) + "." + TestIssuer.base64(json(claims()));
    assertThat(refusal(signed + "." + TestIssuer.base64(new byte[64]))).contains("signature");
  }

  @Test
  void aHugeTokenAndAHugeKeyIdAreRefused() throws IOException {
    open();
    String huge = rs256(RSA, json(claims() + ",\"x\":\"" + "x".repeat(16_000) + "\""));
    assertThat(refusal(huge)).contains("characters");
    assertThat(refusal(rs256(header("RS256", "k".repeat(10_000)), json(claims()))))
        .contains("kid has 10000 characters");
  }

  @Test
  void keysOfAnotherUseOrTooShortAreNotUsed() throws IOException {
    Path jwks = directory.resolve("jwks.json");
    for (String key :
        List.of(
            TestIssuer.rsaJwk("rsa", TestIssuer.rsa(), ",\"use\":\"enc\""),
            TestIssuer.rsaJwk("rsa", TestIssuer.rsa(), ",\"alg\":\"RS512\""),
            TestIssuer.rsaJwk("rsa", TestIssuer.rsa(), ",\"key_ops\":[\"encrypt\"]"),
            TestIssuer.rsaJwk("rsa", TestIssuer.generate("RSA", 1024), ""))) {
      Files.writeString(jwks, TestIssuer.jwks(key, TestIssuer.ecJwk("ec")));
      try (JwtVerifier each =
          JwtVerifier.open(TestIssuer.settings(jwks.toString()), InstantSource.fixed(NOW))) {
        assertThat(each.verify(rs256(RSA, json(claims()))))
            .as(key)
            .failsWithin(Duration.ofMinutes(1))
            .withThrowableThat()
            .withMessageContaining("no key of this id and algorithm");
      }
    }
  }

  @Test
  void withoutKeysNobodyLogsIn() {
    verifier =
        JwtVerifier.open(
            TestIssuer.settings(directory.resolve("missing").toString()), InstantSource.fixed(NOW));
    assertThat(refusal(rs256(RSA, json(claims())))).contains("keys of the provider are not known");
  }
}
