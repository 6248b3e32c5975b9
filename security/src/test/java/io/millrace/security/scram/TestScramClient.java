package io.millrace.security.scram;

import io.millrace.security.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** The client's side of SCRAM, written from RFC 5802 for tests. */
final class TestScramClient {

  private static final String NONCE = "clientNonce";

  private final ScramMechanism mechanism;
  private final String gs2Header;
  private final byte[] binding;
  private String bare;
  private String expected;

  TestScramClient(ScramMechanism mechanism, String gs2Header, byte[] binding) {
    this.mechanism = mechanism;
    this.gs2Header = gs2Header;
    this.binding = binding;
  }

  String first(String user) {
    bare = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + NONCE;
    return gs2Header + bare;
  }

  String last(String challenge, String password) throws Exception {
    String[] fields = challenge.split(",");
    byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
    int iterations = Integer.parseInt(fields[2].substring(2));
    char[] normalized = Normalizer.normalize(password, Normalizer.Form.NFKC).toCharArray();
    byte[] salted =
        SecretKeyFactory.getInstance("PBKDF2With" + mechanism.hmac())
            .generateSecret(new PBEKeySpec(normalized, salt, iterations, mechanism.keyBytes() * 8))
            .getEncoded();
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] bound = new byte[header.length + binding.length];
    System.arraycopy(header, 0, bound, 0, header.length);
    System.arraycopy(binding, 0, bound, header.length, binding.length);
    String withoutProof = "c=" + Base64.getEncoder().encodeToString(bound) + "," + fields[0];
    String message = bare + "," + challenge + "," + withoutProof;
    byte[] clientKey = ScramCrypto.hmac(mechanism, salted, "Client Key");
    byte[] signature = ScramCrypto.hmac(mechanism, ScramCrypto.hash(mechanism, clientKey), message);
    byte[] serverKey = ScramCrypto.hmac(mechanism, salted, "Server Key");
    expected =
        "v=" + Base64.getEncoder().encodeToString(ScramCrypto.hmac(mechanism, serverKey, message));
    return withoutProof
        + ",p="
        + Base64.getEncoder().encodeToString(ScramCrypto.xor(clientKey, signature));
  }

  String expectedServerFinal() {
    return expected;
  }
}
