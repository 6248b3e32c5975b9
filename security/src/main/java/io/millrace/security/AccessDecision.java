package io.millrace.security;

import java.util.Optional;

/**
 * The answer to the question whether a principal may do an operation.
 *
 * @param rule the rule that allows it; a rule for {@code role:NAME} with a permission of a {@link
 *     ShippedRole} if that role does; empty: no rule allows it
 * @param outOfScope whether a rule allows it, and the token of the principal does not
 */
public record AccessDecision(Optional<Rule> rule, boolean outOfScope) {

  /** Whether the principal may do the operation. */
  public boolean allowed() {
    return rule.isPresent() && !outOfScope;
  }
}
