package io.millrace.security;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A user that the broker knows.
 *
 * @param roles the names of its roles
 * @param enabled whether it may log in
 * @param verifiers of its password, at most one for each mechanism; empty: no password
 */
public record User(String name, Set<String> roles, boolean enabled, List<ScramVerifier> verifiers) {

  public User {
    Objects.requireNonNull(name, "name");
    roles = Set.copyOf(roles);
    verifiers = List.copyOf(verifiers);
  }
}
