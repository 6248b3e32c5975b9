package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.protocol.wire.WhoAmIResponse;
import io.millrace.security.AccessState;
import io.millrace.security.Permission;
import io.millrace.security.PermissionText;
import io.millrace.security.Principal;
import io.millrace.security.RoleName;
import io.millrace.security.RuleText;
import io.millrace.security.ShippedRole;
import io.millrace.security.User;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.Session;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** WHO_AM_I. */
final class IdentityHandler implements RequestHandler<WhoAmIRequest> {

  private final AccessService access;

  IdentityHandler(AccessService access) {
    this.access = access;
  }

  @Override
  public void handle(WhoAmIRequest request, PendingRequest pending) {
    Session session = pending.session();
    pending.answerWhenDone(access.run(administration -> answer(session, administration.state())));
  }

  private static WhoAmIResponse answer(Session session, AccessState state) {
    Principal principal = session.principal();
    Set<String> roles = new TreeSet<>(principal.roles());
    User user = state.users().get(principal.name());
    if (user != null) {
      roles.addAll(user.roles());
    }
    return new WhoAmIResponse(
        principal.name(),
        List.copyOf(roles),
        session.mechanism(),
        session.expiresAtMicros(),
        principal.scope().stream().map(PermissionText::format).toList(),
        permissions(principal, roles, state));
  }

  /** Those of the shipped roles first, then those of rules in their order. */
  private static List<String> permissions(
      Principal principal, Set<String> roles, AccessState state) {
    if (principal.equals(Principal.ANONYMOUS)) {
      return List.of();
    }
    Set<String> grantees = new HashSet<>(List.of(principal.name(), RuleText.EVERYONE));
    roles.forEach(role -> grantees.add(RoleName.PREFIX + role));
    Stream<Permission> ofRoles =
        roles.stream()
            .flatMap(role -> ShippedRole.find(role).stream())
            .flatMap(role -> role.permissions().stream());
    Stream<Permission> ofRules =
        state.rules().stream()
            .filter(rule -> grantees.contains(rule.grantee()))
            .map(rule -> rule.permission());
    return Stream.concat(ofRoles, ofRules).map(PermissionText::format).distinct().toList();
  }
}
