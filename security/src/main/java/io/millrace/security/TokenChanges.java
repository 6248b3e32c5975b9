package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The changes of tokens, as functions from state to state. Stateless. */
public final class TokenChanges {

  /**
   * The largest number of tokens of one user: a user that makes its own must not fill the state.
   */
  public static final int MAX_PER_USER = 100;

  /** A token that expired longer ago than this is deleted when its user gets a new one. */
  private static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(30);

  private TokenChanges() {}

  /**
   * Adds a token of a user that exists. Reports the number of tokens of the user afterwards.
   *
   * @throws AccessException {@code UNKNOWN_USER}, {@code LIMIT_REACHED}
   */
  public static Function<AccessState, Changed> create(ApiToken token) {
    return state -> {
      UserChanges.require(state, token.user());
      SortedMap<String, ApiToken> tokens = new TreeMap<>(state.tokens());
      long forgetBefore =
          token.createdAtMicros()
              - ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(KEPT_AFTER_EXPIRY));
      tokens
          .values()
          .removeIf(
              each ->
                  each.user().equals(token.user())
                      && each.expiresAtMicros() != 0
                      && each.expiresAtMicros() < forgetBefore);
      long count =
          tokens.values().stream().filter(each -> each.user().equals(token.user())).count();
      if (count >= MAX_PER_USER) {
        throw new AccessException(
            ErrorCode.LIMIT_REACHED,
            "user '"
                + token.user()
                + "' has "
                + count
                + " tokens, and "
                + MAX_PER_USER
                + " is the limit; revoke one first");
      }
      if (tokens.putIfAbsent(token.id(), token) != null) {
        throw new AccessException(
            ErrorCode.INTERNAL, "the id of the new token is in use; repeat the request");
      }
      return new Changed(state.withTokens(tokens), (int) count + 1);
    };
  }

  /**
   * Deletes a token. Reports the number of tokens of its user afterwards.
   *
   * @param mayRevoke whether the client may see and revoke a token; one that it may not see does
   *     not exist for it
   * @throws AccessException {@code UNKNOWN_TOKEN}
   */
  public static Function<AccessState, Changed> revoke(String id, Predicate<ApiToken> mayRevoke) {
    return state -> {
      ApiToken token = state.tokens().get(id);
      if (token == null || !mayRevoke.test(token)) {
        throw new AccessException(
            ErrorCode.UNKNOWN_TOKEN,
            "there is no token with the id '" + id + "'; 'millrace token list' shows the ids");
      }
      SortedMap<String, ApiToken> tokens = new TreeMap<>(state.tokens());
      tokens.remove(id);
      int left =
          (int) tokens.values().stream().filter(each -> each.user().equals(token.user())).count();
      return new Changed(state.withTokens(tokens), left);
    };
  }
}
