package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who a client is for the broker.
 *
 * @param principal the name, in rules and in the log of the broker
 * @param roles the names of its roles, sorted
 * @param mechanism how it has logged in, such as {@code SCRAM-SHA-256}; empty: it has not
 * @param expiresAt when its credential expires; empty: never
 * @param scope the permissions that its credential is limited to; empty: no limit
 * @param permissions those that rules give to it, to its roles and to everybody
 */
public record ClientIdentity(
    String principal,
    List<String> roles,
    Optional<String> mechanism,
    Optional<Instant> expiresAt,
    List<String> scope,
    List<String> permissions) {

  public ClientIdentity {
    roles = List.copyOf(roles);
    scope = List.copyOf(scope);
    permissions = List.copyOf(permissions);
  }
}
