package io.millrace.client.internal.security;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Sends a token: who has it is accepted. */
final class BearerMessages implements LoginMessages {

  static final String TOKEN = "TOKEN";
  static final String JWT = "OAUTHBEARER";

  /** The separator of RFC 7628. */
  private static final String SEPARATOR = "\u0001";

  private final String mechanism;
  private final Supplier<String> token;

  private BearerMessages(String mechanism, Supplier<String> token) {
    this.mechanism = mechanism;
    this.token = token;
  }

  /** Sends a token of the broker as it is. */
  static BearerMessages token(Supplier<String> token) {
    return new BearerMessages(TOKEN, token);
  }

  /** Sends a JWT as RFC 7628, section 3.1, says. */
  static BearerMessages jwt(Supplier<String> jwt) {
    return new BearerMessages(
        JWT, () -> "n,," + SEPARATOR + "auth=Bearer " + jwt.get() + SEPARATOR + SEPARATOR);
  }

  @Override
  public String mechanism() {
    return mechanism;
  }

  @Override
  public byte[] begin() {
    return token.get().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] next(byte[] message) {
    throw ClientLogins.failed("the broker neither accepted nor refused the token", null);
  }

  @Override
  public void finish(byte[] message) {
    // The broker proves nothing in return; TLS has done it.
  }
}
