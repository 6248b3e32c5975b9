package io.millrace.server.security.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The keys of a provider (RFC 7517), each with the one algorithm that it is used for. The only
 * class that uses nimbus-jose-jwt. Ed25519 comes from the JDK, because nimbus needs another library
 * for it. Immutable; any thread.
 *
 * <p>A key is left out if it is symmetric, not for signatures, too short or too long, or of another
 * kind than RSA, EC on P-256 and Ed25519.
 */
final class JwkKeys {

  static final int MAX_KEYS = 100;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  /** An X.509 SubjectPublicKeyInfo with an Ed25519 key, without the key (RFC 8410). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_KEY_BYTES = 32;

  private final List<Key> keys;

  /** Checks a signature with one key. */
  @FunctionalInterface
  private interface Check {
    boolean isValid(byte[] signed, byte[] signature) throws JOSEException, GeneralSecurityException;
  }

  /**
   * A key.
   *
   * @param id null: none
   */
  record Key(String id, String algorithm, Check check) {

    /** Whether the signature is one of this key. */
    boolean isSignature(byte[] signed, byte[] signature) {
      try {
        return check.isValid(signed, signature);
      } catch (JOSEException | GeneralSecurityException e) {
        return false; // such as a signature of a wrong length
      }
    }
  }

  private JwkKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a JWK set.
   *
   * @throws ParseException if it is none, or if it has no key that can be used
   */
  static JwkKeys parse(String json) throws ParseException {
    List<Key> keys = new ArrayList<>();
    for (JWK jwk : JWKSet.parse(json).getKeys()) {
      Key key = usable(jwk);
      if (key != null && keys.size() < MAX_KEYS) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new ParseException("no key for signatures with RS256, ES256 or EdDSA", 0);
    }
    return new JwkKeys(keys);
  }

  int size() {
    return keys.size();
  }

  /**
   * The keys that can have made a signature.
   *
   * @param id of the token; null: none. Then all keys of the algorithm count, if there is one only
   */
  List<Key> find(String id, String algorithm) {
    List<Key> found =
        keys.stream()
            .filter(key -> key.algorithm().equals(algorithm))
            .filter(key -> id == null || id.equals(key.id()))
            .toList();
    return id == null && found.size() > 1 ? List.of() : found;
  }

  /** Null for a key that is left out. */
  private static Key usable(JWK jwk) {
    boolean forSignatures =
        (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
            && (jwk.getKeyOperations() == null
                || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
    if (!forSignatures) {
      return null;
    }
    Key key;
    try {
      key = of(jwk);
    } catch (JOSEException | GeneralSecurityException e) {
      return null;
    }
    boolean otherAlgorithm =
        key != null
            && jwk.getAlgorithm() != null
            && !jwk.getAlgorithm().getName().equals(key.algorithm());
    return otherAlgorithm ? null : key;
  }

  private static Key of(JWK jwk) throws JOSEException, GeneralSecurityException {
    if (jwk instanceof RSAKey rsa) {
      RSAPublicKey publicKey = rsa.toRSAPublicKey();
      int bits = publicKey.getModulus().bitLength();
      return bits < MIN_RSA_BITS || bits > MAX_RSA_BITS
          ? null
          : key(jwk, JWSAlgorithm.RS256, new RSASSAVerifier(publicKey));
    }
    if (jwk instanceof ECKey ec && ec.getCurve().equals(Curve.P_256)) {
      return key(jwk, JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
    }
    if (jwk instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
      PublicKey publicKey = ed25519(pair.getDecodedX());
      return new Key(
          jwk.getKeyID(), "EdDSA", (signed, signature) -> isEd25519(publicKey, signed, signature));
    }
    return null;
  }

  private static Key key(JWK jwk, JWSAlgorithm algorithm, JWSVerifier verifier) {
    JWSHeader header = new JWSHeader(algorithm); // never that of the token
    return new Key(
        jwk.getKeyID(),
        algorithm.getName(),
        (signed, signature) -> verifier.verify(header, signed, Base64URL.encode(signature)));
  }

  private static PublicKey ed25519(byte[] key) throws GeneralSecurityException {
    if (key.length != ED25519_KEY_BYTES) {
      throw new GeneralSecurityException("an Ed25519 key has " + key.length + " bytes");
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(ED25519_PREFIX);
    encoded.writeBytes(key);
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }

  private static boolean isEd25519(PublicKey key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(signed);
    return check.verify(signature);
  }
}
