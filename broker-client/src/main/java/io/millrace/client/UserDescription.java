package io.millrace.client;

import java.util.List;

/**
 * A user of the broker.
 *
 * @param name the name
 * @param roles the names of its roles, sorted
 * @param enabled whether it may log in
 * @param mechanisms the mechanisms with which its password can be verified, such as {@code
 *     SCRAM-SHA-256}; empty: it has no password
 * @param tokens number of its tokens
 */
public record UserDescription(
    String name, List<String> roles, boolean enabled, List<String> mechanisms, int tokens) {

  public UserDescription {
    roles = List.copyOf(roles);
    mechanisms = List.copyOf(mechanisms);
  }
}
