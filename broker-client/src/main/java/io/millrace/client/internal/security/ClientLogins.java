package io.millrace.client.internal.security;

import io.millrace.client.Credentials;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Chooses how the client authenticates itself. */
public final class ClientLogins {

  private static final List<String> SCRAM =
      List.of(ScramClientLogin.SHA_256, ScramClientLogin.SHA_512);

  private ClientLogins() {}

  /**
   * The mechanisms that credentials can use, preferred first.
   *
   * @param tls whether the connection has TLS, which channel binding needs
   */
  public static List<String> offered(Credentials credentials, boolean tls) {
    if (credentials instanceof Credentials.Password) {
      Stream<String> bound =
          tls ? SCRAM.stream().map(each -> each + ScramClientLogin.PLUS) : Stream.of();
      return Stream.concat(bound, SCRAM.stream()).toList();
    }
    return List.of(
        credentials instanceof Credentials.Jwt ? BearerMessages.JWT : BearerMessages.TOKEN);
  }

  /** Whether the credentials are sent as they are, and so must not be read on the way. */
  public static boolean areSent(Credentials credentials) {
    return !(credentials instanceof Credentials.Password);
  }

  /**
   * Chooses the first mechanism of the broker that the credentials can use; one with channel
   * binding before one without.
   *
   * @param accepted the mechanisms of the broker, preferred first
   * @param peer the certificate of the broker; empty without TLS
   * @throws MillraceException {@code AUTHENTICATION_FAILED} if there is none
   */
  public static LoginMessages choose(
      Credentials credentials, List<String> accepted, Optional<X509Certificate> peer) {
    Optional<byte[]> binding =
        credentials instanceof Credentials.Password
            ? peer.flatMap(ScramClientLogin::binding)
            : Optional.empty();
    List<String> usable = offered(credentials, binding.isPresent());
    String mechanism =
        accepted.stream()
            .filter(usable::contains)
            .filter(each -> each.endsWith(ScramClientLogin.PLUS))
            .findFirst()
            .or(() -> accepted.stream().filter(usable::contains).findFirst())
            .orElseThrow(() -> noneOf(credentials, usable, accepted));
    if (credentials instanceof Credentials.Password password) {
      return new ScramClientLogin(mechanism, password, binding);
    }
    if (credentials instanceof Credentials.Jwt jwt) {
      return BearerMessages.jwt(jwt::secret);
    }
    return BearerMessages.token(((Credentials.Token) credentials)::secret);
  }

  private static MillraceException noneOf(
      Credentials credentials, List<String> usable, List<String> accepted) {
    return failed(
        "the broker does not accept the credentials of the client ("
            + credentials
            + "): they need "
            + String.join(" or ", usable)
            + ", and the broker accepts "
            + Quoted.text(String.join(", ", accepted))
            + "; give the client other credentials",
        null);
  }

  /** A failure of the client's side of an authentication. */
  static MillraceException failed(String reason, Throwable cause) {
    return new MillraceException(ErrorCode.AUTHENTICATION_FAILED, reason, cause);
  }

  /** The failure of credentials that the program could not supply. */
  public static MillraceException unavailable(Credentials credentials, Throwable cause) {
    return cause instanceof MillraceException failure
        ? failure
        : failed("the client has no credentials (" + credentials + "): " + cause, cause);
  }
}
