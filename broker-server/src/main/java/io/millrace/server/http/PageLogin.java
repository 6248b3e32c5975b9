package io.millrace.server.http;

import io.millrace.security.Principal;
import io.millrace.security.TokenText;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.authentication.BearerLogin;
import io.millrace.server.authentication.ClientLogin;
import io.millrace.server.authentication.Login;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.Session;
import io.millrace.server.status.StatusPage;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Finds out who sends a request of one connection, if the broker requires a credential: by its
 * {@code Authorization} header, or by the certificate of the connection. Event loop of the
 * connection.
 */
final class PageLogin {

  private static final String BASIC = "basic ";
  private static final String BEARER = "bearer ";

  private static final Optional<StatusPage> NO_REFUSAL = Optional.empty();

  private final Channel channel;
  private final Session session;
  private final AddressBlock address;
  private final Supplier<Optional<Authentication>> users;
  private final CostlyPages thread;

  private Optional<String> certificate = Optional.empty();

  /** Who has sent the last request, so that a client is counted and logged once. */
  private Optional<Principal> last = Optional.empty();

  /**
   * @param users empty until the broker has loaded its users
   * @param thread checks passwords
   */
  PageLogin(
      Channel channel,
      Session session,
      AddressBlock address,
      Supplier<Optional<Authentication>> users,
      CostlyPages thread) {
    this.channel = channel;
    this.session = session;
    this.address = address;
    this.users = users;
    this.thread = thread;
  }

  /** Sets the principal that the client's certificate proves. */
  void certificatePrincipal(String name) {
    certificate = Optional.of(name);
  }

  /** Whether the client shows any credential with this header. */
  boolean hasCredential(String authorization) {
    return authorization != null || certificate.isPresent();
  }

  /**
   * Gives the session the principal of a request.
   *
   * @param authorization the header; null if there is none
   * @return what the client gets instead of the page; empty if it has a principal. Completes on any
   *     thread
   */
  CompletableFuture<Optional<StatusPage>> login(String authorization) {
    session.authenticated(Principal.ANONYMOUS, "");
    Optional<Authentication> open = users.get();
    if (open.isEmpty()) {
      return refusal(503, "the broker is starting, and has not loaded its users yet; try again");
    }
    Authentication authentication = open.get();
    if (authorization == null) {
      return certificate
          .flatMap(authentication::certificate)
          .map(login -> done(accepted(authentication, login)))
          .orElseGet(
              () ->
                  refusal(
                      401,
                      "this page needs a credential: a token (Authorization: Bearer mrt_...), or a"
                          + " user and a password (Basic)"));
    }
    ClientLogin attempt = authentication.login(channel, session, address, List.of());
    if (!attempt.isPrivate()) {
      return refusal(403, "a credential is accepted over TLS only; use https");
    }
    return attempt(attempt, authorization).thenApply(answer -> answered(authentication, answer));
  }

  private CompletableFuture<ClientLogin.Answer> attempt(ClientLogin attempt, String authorization) {
    String scheme = authorization.toLowerCase(Locale.ROOT);
    if (scheme.startsWith(BASIC)) {
      return basic(attempt, authorization.substring(BASIC.length()).strip());
    }
    if (!scheme.startsWith(BEARER)) {
      return attempt.message("", new byte[0]);
    }
    String token = authorization.substring(BEARER.length()).strip();
    return token.startsWith(TokenText.PREFIX)
        ? attempt.message(ClientLogin.TOKEN, token.getBytes(StandardCharsets.UTF_8))
        : attempt.message(BearerLogin.NAME, BearerLogin.message(token));
  }

  private CompletableFuture<ClientLogin.Answer> basic(ClientLogin attempt, String encoded) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return attempt.message("", new byte[0]);
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return attempt.message("", new byte[0]);
    }
    String user = pair.substring(0, colon);
    return attempt
        .blockedPassword(user)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                thread.run(
                    () -> attempt.checkPassword(user, pair.substring(colon + 1).toCharArray())));
  }

  private Optional<StatusPage> answered(Authentication authentication, ClientLogin.Answer answer) {
    if (answer instanceof ClientLogin.Answer.Proved proved) {
      return accepted(authentication, proved.login());
    }
    if (answer instanceof ClientLogin.Answer.Refused refused && refused.delayNanos() > 0) {
      return Optional.of(
          StatusPage.text(
              429, "too many attempts have failed; wait a minute, then correct the credential"));
    }
    return Optional.of(StatusPage.text(401, Authentication.FAILED));
  }

  private Optional<StatusPage> accepted(Authentication authentication, Login login) {
    if (last.equals(Optional.of(login.principal()))) {
      authentication.acceptAgain(session, login);
    } else {
      authentication.accept(session, login);
    }
    last = Optional.of(login.principal());
    return NO_REFUSAL;
  }

  private static CompletableFuture<Optional<StatusPage>> refusal(int status, String text) {
    return done(Optional.of(StatusPage.text(status, text)));
  }

  private static CompletableFuture<Optional<StatusPage>> done(Optional<StatusPage> page) {
    return CompletableFuture.completedFuture(page);
  }
}
