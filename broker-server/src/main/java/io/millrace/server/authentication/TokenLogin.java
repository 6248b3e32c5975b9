package io.millrace.server.authentication;

import io.millrace.security.AccessState;
import io.millrace.security.ApiToken;
import io.millrace.security.Principal;
import io.millrace.security.TokenText;
import io.millrace.server.security.AccessStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The mechanism {@code TOKEN}: the only message is the text of a token. Any thread. */
final class TokenLogin implements AuthenticationMechanism {

  static final String NAME = ClientLogin.TOKEN;

  private final AccessStore access;
  private final LongSupplier nowMicros;

  TokenLogin(AccessStore access, LongSupplier nowMicros) {
    this.access = access;
    this.nowMicros = nowMicros;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isOffered(ConnectionSecurity connection) {
    return connection.isPrivate();
  }

  @Override
  public Optional<String> subjectOf(byte[] firstMessage) {
    return parse(firstMessage).map(token -> TokenText.PREFIX + token.id());
  }

  @Override
  public AuthenticationExchange begin(ConnectionSecurity connection) {
    return message -> CompletableFuture.completedFuture(check(message));
  }

  private AuthenticationStep check(byte[] message) {
    Optional<TokenText> token = parse(message);
    if (token.isEmpty()) {
      return failed("the text is no token, or is mistyped");
    }
    AccessState state = access.current();
    ApiToken kept = state.tokens().get(token.get().id());
    if (kept == null || !token.get().matches(kept)) {
      return failed("there is no such token");
    }
    if (kept.expiresAtMicros() != 0 && nowMicros.getAsLong() >= kept.expiresAtMicros()) {
      return failed("the token has expired");
    }
    if (!Login.isEnabled(state, kept.user())) {
      return failed("the user of the token is disabled or removed");
    }
    Login login =
        new Login(
            new Principal(kept.user(), Set.of(), kept.scope()),
            NAME,
            kept.expiresAtMicros(),
            later -> isValid(later, kept));
    return new AuthenticationStep.Succeeded(login, new byte[0]);
  }

  private static boolean isValid(AccessState state, ApiToken token) {
    return token.equals(state.tokens().get(token.id())) && Login.isEnabled(state, token.user());
  }

  private static Optional<TokenText> parse(byte[] message) {
    return message.length > TokenText.CHARS
        ? Optional.empty()
        : TokenText.parse(new String(message, StandardCharsets.UTF_8));
  }

  private static AuthenticationStep failed(String reason) {
    return new AuthenticationStep.Failed(reason);
  }
}
