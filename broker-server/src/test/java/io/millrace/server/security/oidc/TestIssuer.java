package io.millrace.server.security.oidc;

import io.millrace.server.settings.OidcSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** An identity provider: keys, their JWK set, and tokens. */
public final class TestIssuer {

  public static final String ISSUER = "https://id.example";
  public static final String AUDIENCE = "millrace";
  public static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  /** Key pairs are costly, and every test uses the same. */
  private static final KeyPair RSA = generate("RSA", 2048);

  private static final KeyPair EC = generateEc("secp256r1");
  private static final KeyPair ED25519 = generate("Ed25519", 255);

  private TestIssuer() {}

  public static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair generateEc(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static OidcSettings settings(String jwks, String... algorithms) {
    return new OidcSettings(
        ISSUER,
        AUDIENCE,
        jwks,
        "sub",
        "groups",
        algorithms.length == 0 ? Set.of("RS256", "ES256") : Set.of(algorithms),
        Duration.ofSeconds(30));
  }

  public static KeyPair rsa() {
    return RSA;
  }

  public static String rsaJwk(String id, KeyPair pair, String more) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return "{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"%s}"
        .formatted(id, unsigned(key.getModulus(), 0), unsigned(key.getPublicExponent(), 0), more);
  }

  public static String rsaJwk(String id) {
    return rsaJwk(id, RSA, "");
  }

  public static String ecJwk(String id) {
    ECPublicKey key = (ECPublicKey) EC.getPublic();
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(
            id, unsigned(key.getW().getAffineX(), 32), unsigned(key.getW().getAffineY(), 32));
  }

  public static String edJwk(String id) {
    byte[] encoded = ED25519.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"}"
        .formatted(id, base64(key));
  }

  public static String jwks(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String unsigned(BigInteger number, int bytes) {
    byte[] signed = number.toByteArray();
    int from = signed[0] == 0 ? 1 : 0;
    byte[] magnitude = Arrays.copyOfRange(signed, from, signed.length);
    byte[] padded = new byte[Math.max(bytes, magnitude.length)];
    System.arraycopy(magnitude, 0, padded, padded.length - magnitude.length, magnitude.length);
    return base64(padded);
  }

  public static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The claims of a valid token, without the braces. */
  public static String claims() {
    return "\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"alice\",\"exp\":%d"
        .formatted(ISSUER, AUDIENCE, NOW.plusSeconds(600).getEpochSecond());
  }

  public static String header(String algorithm, String keyId) {
    return "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}".formatted(algorithm, keyId);
  }

  /** A token with a valid RS256 signature, whatever its header says. */
  public static String rs256(String header, String claims) {
    return token(header, claims, RSA, "SHA256withRSA");
  }

  public static String es256(String header, String claims) {
    return token(header, claims, EC, "SHA256withECDSAinP1363Format");
  }

  public static String edDsa(String header, String claims) {
    return token(header, claims, ED25519, "Ed25519");
  }

  private static String token(String header, String claims, KeyPair pair, String algorithm) {
    String signed = base64(header) + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
