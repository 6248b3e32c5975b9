package io.millrace.client.internal.security;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramInvalidServerSignatureException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import io.millrace.client.Credentials;
import io.millrace.client.MillraceException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Proves a password with SCRAM (RFC 5802, RFC 7677) and checks that the broker can prove that it
 * knows the user. With TLS, the proof names the certificate that the client has seen (channel
 * binding {@code tls-server-end-point}), so a man in the middle cannot pass it on. The only user of
 * the library for SCRAM.
 */
final class ScramClientLogin implements LoginMessages {

  static final String SHA_256 = "SCRAM-SHA-256";
  static final String SHA_512 = "SCRAM-SHA-512";
  static final String PLUS = "-PLUS";

  /** RFC 7677 names it as the floor. With fewer, the proof is easier to try passwords on. */
  private static final int MIN_ITERATIONS = 4096;

  /** About half a second of one CPU. With more, a broker could keep the client busy. */
  private static final int MAX_ITERATIONS = 1_000_000;

  private static final int NONCE_BYTES = 18;

  private final String mechanism;
  private final Credentials.Password credentials;
  private final Optional<byte[]> binding;
  private final Supplier<String> nonces;
  private ScramClient scram;
  private boolean proved;

  /**
   * @param binding what identifies the TLS connection; empty without TLS
   */
  ScramClientLogin(String mechanism, Credentials.Password credentials, Optional<byte[]> binding) {
    this(mechanism, credentials, binding, ScramClientLogin::randomNonce);
  }

  /**
   * @param nonces makes the nonce of an authentication, of printable ASCII without commas
   */
  ScramClientLogin(
      String mechanism,
      Credentials.Password credentials,
      Optional<byte[]> binding,
      Supplier<String> nonces) {
    this.mechanism = mechanism;
    this.credentials = credentials;
    this.binding = binding;
    this.nonces = nonces;
  }

  private static String randomNonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * What identifies a TLS connection: the hash of the certificate of the broker (RFC 5929, section
   * 4); empty for a certificate whose signature has no hash function, such as Ed25519.
   */
  static Optional<byte[]> binding(X509Certificate broker) {
    try {
      byte[] hash = TlsServerEndpoint.getChannelBindingData(broker);
      return hash.length == 0 ? Optional.empty() : Optional.of(hash);
    } catch (CertificateEncodingException e) {
      return Optional.empty();
    }
  }

  @Override
  public String mechanism() {
    return mechanism;
  }

  @Override
  public byte[] begin() {
    try {
      // The library prepares the password with the proof, and names its characters if that fails.
      char[] password = StringPreparation.SASL_PREPARATION.normalize(credentials.secret());
      var builder =
          ScramClient.builder()
              .advertisedMechanisms(List.of(mechanism))
              .username(credentials.user())
              .password(password)
              .stringPreparation(StringPreparation.SASL_PREPARATION)
              .nonceSupplier(nonces);
      // Without PLUS, the library says that the client has a channel binding and was offered none.
      binding.ifPresent(
          hash -> builder.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, hash));
      scram = builder.build();
      return bytes(scram.clientFirstMessage().toString());
    } catch (IllegalArgumentException e) {
      throw ClientLogins.failed(
          "the name or the password of user '"
              + credentials.user()
              + "' is empty, or has characters that SCRAM does not allow",
          null);
    }
  }

  @Override
  public byte[] next(byte[] message) {
    if (proved) {
      throw broken("it asked for a second proof");
    }
    int iterations = parse(() -> scram.serverFirstMessage(text(message)).getIterationCount());
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw broken(
          "it asked for "
              + iterations
              + " iterations; the client accepts "
              + MIN_ITERATIONS
              + " to "
              + MAX_ITERATIONS);
    }
    proved = true;
    return bytes(parse(scram::clientFinalMessage).toString());
  }

  @Override
  public void finish(byte[] message) {
    if (!proved) {
      throw unproved();
    }
    parse(() -> scram.serverFinalMessage(text(message)));
  }

  /** Lets the library read a message. For some malformed ones, it fails in ways of its own. */
  private <T> T parse(Callable<T> step) {
    try {
      return step.call();
    } catch (ScramInvalidServerSignatureException e) {
      throw unproved();
    } catch (Exception | AssertionError e) {
      throw broken(e.getMessage());
    }
  }

  private MillraceException unproved() {
    return ClientLogins.failed(
        "the broker could not prove that it knows user '"
            + credentials.user()
            + "': another program answers at its address; check the address, and use TLS",
        null);
  }

  private static MillraceException broken(String violation) {
    return ClientLogins.failed("the broker broke the protocol of SCRAM: " + violation, null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
