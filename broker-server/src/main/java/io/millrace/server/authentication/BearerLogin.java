package io.millrace.server.authentication;

import io.millrace.security.Principal;
import io.millrace.server.security.AccessStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The mechanism {@code OAUTHBEARER} (RFC 7628): the only message has a token of an identity
 * provider. Any thread.
 */
public final class BearerLogin implements AuthenticationMechanism {

  /** The name of the mechanism. */
  public static final String NAME = "OAUTHBEARER";

  private static final String SEPARATOR = "\u0001";
  private static final String BEGIN = "n,";
  private static final String BEARER = "auth=Bearer ";

  /** Checks tokens of an identity provider. Any thread. */
  @FunctionalInterface
  public interface Verifier {

    /**
     * Checks a token. Does not block.
     *
     * @return completes on any thread; fails, with a message for the log, if the token is not valid
     */
    CompletableFuture<Verified> verify(String token);
  }

  /**
   * What a valid token says.
   *
   * @param roles the names of the roles that it gives
   * @param expiresAtMicros microseconds since the epoch, UTC
   */
  public record Verified(String principal, Set<String> roles, long expiresAtMicros) {

    /** Copies the set. */
    public Verified {
      roles = Set.copyOf(roles);
    }
  }

  private final AccessStore access;
  private final Verifier verifier;

  /** A mechanism that accepts the tokens of one identity provider. */
  public BearerLogin(AccessStore access, Verifier verifier) {
    this.access = access;
    this.verifier = verifier;
  }

  /** The message of a client with this token. */
  public static byte[] message(String token) {
    return (BEGIN + "," + SEPARATOR + BEARER + token + SEPARATOR + SEPARATOR)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isOffered(ConnectionSecurity connection) {
    return connection.isPrivate();
  }

  /** None: only the address counts, because the name in a token is not verified yet. */
  @Override
  public Optional<String> subjectOf(byte[] firstMessage) {
    return Optional.empty();
  }

  @Override
  public AuthenticationExchange begin(ConnectionSecurity connection) {
    return message ->
        token(new String(message, StandardCharsets.UTF_8))
            .map(this::verified)
            .orElseGet(() -> CompletableFuture.completedFuture(failed("the message has no token")));
  }

  private CompletableFuture<AuthenticationStep> verified(String token) {
    return verifier
        .verify(token)
        .handle(
            (valid, failure) ->
                failure == null
                    ? succeeded(valid)
                    : failed(String.valueOf(cause(failure).getMessage())));
  }

  /** A user with this name may exist, to give it roles or to disable it; it need not. */
  private AuthenticationStep succeeded(Verified token) {
    Login login = login(token);
    return login.validity().test(access.current())
        ? new AuthenticationStep.Succeeded(login, new byte[0])
        : failed("the user is disabled");
  }

  private static Login login(Verified token) {
    return new Login(
        new Principal(token.principal(), token.roles(), List.of()),
        NAME,
        token.expiresAtMicros(),
        state -> Login.isNotDisabled(state, token.principal()));
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private static AuthenticationStep failed(String reason) {
    return new AuthenticationStep.Failed(reason);
  }

  /** The token of a message: a GS2 header, then fields that end with 0x01, then 0x01. */
  private static Optional<String> token(String message) {
    String[] fields = message.split(SEPARATOR, -1);
    boolean isWhole =
        fields.length >= 4
            && fields[0].startsWith(BEGIN)
            && fields[0].endsWith(",")
            && fields[fields.length - 1].isEmpty()
            && fields[fields.length - 2].isEmpty();
    if (!isWhole) {
      return Optional.empty();
    }
    for (String field : fields) {
      if (field.startsWith(BEARER)) {
        return Optional.of(field.substring(BEARER.length()));
      }
    }
    return Optional.empty();
  }
}
