package io.millrace.security;

import java.util.ArrayList;
import java.util.List;

/**
 * What the token of a principal limits it to. A scope has few permissions, so that a look at each
 * of them is fast.
 */
final class TokenScope {

  private TokenScope() {}

  /** Whether the scope contains the operation; it does if the credential has no scope. */
  static boolean allows(Principal principal, Operation operation, Resource resource) {
    List<Permission> scope = principal.scope();
    if (scope.isEmpty()) {
      return true;
    }
    for (Permission permission : scope) {
      if (permission.covers(operation, resource)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one permission of the scope contains every resource whose name begins with a text. */
  static boolean allowsPrefix(
      Principal principal, Operation operation, Resource.Kind kind, String text) {
    return principal.scope().isEmpty()
        || principal.scope().stream()
            .anyMatch(
                each ->
                    each.resource().isPrefix() && each.covers(operation, new Resource(kind, text)));
  }

  /** The sources to which the scope limits the events that are appended to a topic. */
  static AllowedSources sourcesOf(Principal principal, String topic) {
    if (principal.scope().isEmpty()) {
      return AllowedSources.ANY;
    }
    List<Permission> limited = new ArrayList<>();
    for (Permission permission : principal.scope()) {
      if (permission.covers(Operation.WRITE, Resource.topic(topic))) {
        if (permission.source().isEmpty()) {
          return AllowedSources.ANY;
        }
        limited.add(permission);
      }
    }
    return AllowedSources.of(limited, principal);
  }
}
