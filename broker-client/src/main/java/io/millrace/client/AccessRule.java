package io.millrace.client;

import java.util.Objects;

/**
 * Allows a permission to a grantee.
 *
 * @param grantee the name of a user, {@code role:NAME}, or {@code *} for every client with a
 *     credential
 * @param permission such as {@code read topic:rides*} or {@code write topic:rides source:vehicle-*}
 */
public record AccessRule(String grantee, String permission) {

  public AccessRule {
    Objects.requireNonNull(grantee, "grantee");
    Objects.requireNonNull(permission, "permission");
  }

  /** The rule in words, such as {@code anna read topic:rides*}. */
  @Override
  public String toString() {
    return grantee + " " + permission;
  }
}
