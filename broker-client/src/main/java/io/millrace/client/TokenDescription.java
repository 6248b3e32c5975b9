package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token, without its secret.
 *
 * @param id the part of the token that is not secret
 * @param name for people
 * @param user the user whose permissions it has
 * @param createdAt when it was created
 * @param expiresAt when it expires; empty: never
 * @param scope the permissions that it is limited to; empty: no limit but those of its user
 */
public record TokenDescription(
    String id,
    String name,
    String user,
    Instant createdAt,
    Optional<Instant> expiresAt,
    List<String> scope) {

  public TokenDescription {
    scope = List.copyOf(scope);
  }
}
