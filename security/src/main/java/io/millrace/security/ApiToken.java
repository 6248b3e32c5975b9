package io.millrace.security;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A token of a user, without its secret.
 *
 * @param id a part of the token, unique in the broker
 * @param name for people
 * @param user whose permissions the token has
 * @param secretHash the SHA-256 of the secret
 * @param createdAtMicros microseconds since the epoch, UTC
 * @param expiresAtMicros microseconds since the epoch, UTC; 0: never
 * @param scope what the token is limited to; empty: to nothing less than its user
 */
public record ApiToken(
    String id,
    String name,
    String user,
    byte[] secretHash,
    long createdAtMicros,
    long expiresAtMicros,
    List<Permission> scope) {

  public ApiToken {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(user, "user");
    scope = List.copyOf(scope);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ApiToken that
        && id.equals(that.id)
        && name.equals(that.name)
        && user.equals(that.user)
        && Arrays.equals(secretHash, that.secretHash)
        && createdAtMicros == that.createdAtMicros
        && expiresAtMicros == that.expiresAtMicros
        && scope.equals(that.scope);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "token " + id + " of " + user;
  }
}
