package io.millrace.security;

import java.util.Objects;

/**
 * Allows a permission to a principal. There are no rules that deny: what no rule allows is denied.
 *
 * @param grantee the name of a user, {@code role:NAME}, or {@code *} for every authenticated
 *     principal
 */
public record Rule(String grantee, Permission permission) {

  public Rule {
    Objects.requireNonNull(grantee, "grantee");
    Objects.requireNonNull(permission, "permission");
  }
}
