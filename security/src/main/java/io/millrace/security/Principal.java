package io.millrace.security;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The identity of a client.
 *
 * @param name the name of the user, or of a machine with a certificate; in rules, in the log and in
 *     error messages
 * @param roles the names of the roles that the credential gives, in addition to those of the user
 *     with this name
 * @param scope what a token is limited to; empty: the credential does not limit the principal
 */
public record Principal(String name, Set<String> roles, List<Permission> scope) {

  /** The identity of every client of a broker without authentication. */
  public static final Principal ANONYMOUS = new Principal("anonymous");

  public Principal {
    Objects.requireNonNull(name, "name");
    roles = Set.copyOf(roles);
    scope = List.copyOf(scope);
  }

  /** A principal without a role and a limit of its credential. */
  public Principal(String name) {
    this(name, Set.of(), List.of());
  }
}
