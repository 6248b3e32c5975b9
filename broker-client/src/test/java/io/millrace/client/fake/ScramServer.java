package io.millrace.client.fake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The broker's side of one authentication with SCRAM (RFC 5802), with the JDK alone. */
final class ScramServer {

  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";

  private final String hash;
  private final String password;
  private final int iterations;
  private final Optional<byte[]> certificateHash;

  private String gs2Header;
  private String clientFirst;
  private String serverFirst;

  /**
   * @param hash such as {@code 256}
   * @param certificateHash that of the broker; empty without TLS
   */
  ScramServer(String hash, String password, int iterations, Optional<byte[]> certificateHash) {
    this.hash = hash;
    this.password = password;
    this.iterations = iterations;
    this.certificateHash = certificateHash;
  }

  /** The user that a first message names. */
  static String user(String clientFirst) {
    return clientFirst.replaceFirst("^[^,]*,[^,]*,n=([^,]*),.*$", "$1");
  }

  /** The answer to the first message. */
  String first(String message) {
    int bare = message.indexOf("n=");
    gs2Header = message.substring(0, bare);
    clientFirst = message.substring(bare);
    serverFirst =
        clientFirst.substring(clientFirst.indexOf("r=")) + "broker,s=" + SALT + ",i=" + iterations;
    return serverFirst;
  }

  /** Whether the client says that it has a channel binding and was offered none. */
  boolean saysThatNoneWasOffered() {
    return gs2Header.startsWith("y");
  }

  /** The answer to the second message; empty if it proves nothing. */
  Optional<String> last(String message) throws GeneralSecurityException {
    int proofAt = message.indexOf(",p=");
    String withoutProof = message.substring(0, proofAt);
    byte[] proof = Base64.getDecoder().decode(message.substring(proofAt + 3));
    byte[] binding = gs2Header.getBytes(StandardCharsets.UTF_8);
    if (gs2Header.startsWith("p=tls-server-end-point")) {
      byte[] bound = certificateHash.orElseThrow();
      binding = Arrays.copyOf(binding, binding.length + bound.length);
      System.arraycopy(bound, 0, binding, binding.length - bound.length, bound.length);
    }
    String expected =
        "c="
            + Base64.getEncoder().encodeToString(binding)
            + serverFirst.substring(0, serverFirst.indexOf(",s=")).replaceFirst("^", ",");
    String text = clientFirst + "," + serverFirst + "," + withoutProof;
    byte[] salted = salted();
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] storedKey = MessageDigest.getInstance("SHA-" + hash).digest(clientKey);
    byte[] signature = hmac(storedKey, text);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= signature[i];
    }
    if (!withoutProof.equals(expected) || !Arrays.equals(proof, clientKey)) {
      return Optional.empty();
    }
    byte[] own = hmac(hmac(salted, "Server Key"), text);
    return Optional.of("v=" + Base64.getEncoder().encodeToString(own));
  }

  private byte[] salted() throws GeneralSecurityException {
    PBEKeySpec key =
        new PBEKeySpec(
            password.toCharArray(),
            Base64.getDecoder().decode(SALT),
            iterations,
            Integer.parseInt(hash));
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + hash)
        .generateSecret(key)
        .getEncoded();
  }

  private byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA" + hash);
    mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
