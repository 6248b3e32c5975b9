package io.millrace.security;

/** The hash functions of SCRAM: RFC 7677, and its variant with SHA-512. */
public enum ScramMechanism {
  SHA_256("SCRAM-SHA-256", "SHA-256", "HmacSHA256", 32),
  SHA_512("SCRAM-SHA-512", "SHA-512", "HmacSHA512", 64);

  private final String mechanism;
  private final String digest;
  private final String hmac;
  private final int keyBytes;

  ScramMechanism(String mechanism, String digest, String hmac, int keyBytes) {
    this.mechanism = mechanism;
    this.digest = digest;
    this.hmac = hmac;
    this.keyBytes = keyBytes;
  }

  /** The name of the mechanism without channel binding, such as {@code SCRAM-SHA-256}. */
  public String mechanism() {
    return mechanism;
  }

  /** The name of the hash function for {@link java.security.MessageDigest}. */
  public String digest() {
    return digest;
  }

  /** The name of the HMAC for {@link javax.crypto.Mac}. */
  public String hmac() {
    return hmac;
  }

  /** The size of a key. */
  public int keyBytes() {
    return keyBytes;
  }
}
