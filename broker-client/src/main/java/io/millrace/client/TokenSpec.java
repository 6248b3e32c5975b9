package io.millrace.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The specification of a new token. Immutable.
 *
 * @param name for people, 1 to 255 bytes of UTF-8
 * @param user the user whose permissions it has; empty: the one of this client
 * @param expiresAt when it expires; empty: never
 * @param scope the permissions that it is limited to, such as {@code read topic:rides*}; empty: no
 *     limit but those of its user
 */
public record TokenSpec(
    String name, Optional<String> user, Optional<Instant> expiresAt, List<String> scope) {

  public TokenSpec {
    Objects.requireNonNull(name, "name");
    scope = List.copyOf(scope);
  }

  /** A token of this client's own user, which expires. */
  public static TokenSpec expiringAt(String name, Instant expiresAt) {
    return new TokenSpec(name, Optional.empty(), Optional.of(expiresAt), List.of());
  }

  /** A token of this client's own user, which does not expire. */
  public static TokenSpec unlimited(String name) {
    return new TokenSpec(name, Optional.empty(), Optional.empty(), List.of());
  }

  /** This token, for another user. */
  public TokenSpec user(String other) {
    return new TokenSpec(name, Optional.of(other), expiresAt, scope);
  }

  /** This token, limited to one more permission. */
  public TokenSpec allow(String permission) {
    List<String> more = new ArrayList<>(scope);
    more.add(permission);
    return new TokenSpec(name, user, expiresAt, more);
  }
}
