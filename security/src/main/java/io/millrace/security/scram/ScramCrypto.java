package io.millrace.security.scram;

import io.millrace.security.ScramMechanism;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The functions of RFC 5802, section 2.2, from the JDK. Any thread. */
final class ScramCrypto {

  private ScramCrypto() {}

  static byte[] hmac(ScramMechanism mechanism, byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(mechanism.hmac());
      mac.init(new SecretKeySpec(key, mechanism.hmac()));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has these functions
    }
  }

  static byte[] hash(ScramMechanism mechanism, byte[] bytes) {
    try {
      return MessageDigest.getInstance(mechanism.digest()).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] xor(byte[] first, byte[] second) {
    byte[] result = new byte[first.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (first[i] ^ second[i]);
    }
    return result;
  }
}
