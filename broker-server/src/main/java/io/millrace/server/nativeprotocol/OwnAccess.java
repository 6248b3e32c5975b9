package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.authentication.ClientLogin;
import io.millrace.server.security.Session;

/**
 * What a session may do for its own user without the permission {@code admin}: set the password
 * with which it has logged in, and create and revoke tokens. A session with a token may do neither,
 * so that a token that was stolen is of no use for longer than until it is revoked.
 */
final class OwnAccess {

  private static final String SCRAM = "SCRAM-";

  private OwnAccess() {}

  /** The rule of ALTER_USER. */
  static Access<AlterUserRequest> toAlterUser() {
    return (authorizer, session, request) -> {
      if (!isOwnPassword(session, request)) {
        authorizer.require(session, Operation.ADMIN, Resource.BROKER);
      }
    };
  }

  private static boolean isOwnPassword(Session session, AlterUserRequest request) {
    return request.name().equals(session.principal().name())
        && session.mechanism().startsWith(SCRAM)
        && !request.verifiers().isEmpty()
        && !request.setsRoles()
        && request.enabled() == UserSwitch.UNCHANGED;
  }

  /** The rule of CREATE_TOKEN. */
  static Access<CreateTokenRequest> toCreateToken() {
    return (authorizer, session, request) -> {
      boolean own = userOf(request, session).equals(session.principal().name());
      if (!own || !mayHaveTokens(session)) {
        authorizer.require(session, Operation.ADMIN, Resource.BROKER);
      }
    };
  }

  /** The rule of REVOKE_TOKEN. The handler hides the tokens of others. */
  static Access<RevokeTokenRequest> toRevokeToken() {
    return (authorizer, session, request) -> {
      if (!mayHaveTokens(session)) {
        authorizer.require(session, Operation.ADMIN, Resource.BROKER);
      }
    };
  }

  /** The user of the new token. */
  static String userOf(CreateTokenRequest request, Session session) {
    return request.user().isEmpty() ? session.principal().name() : request.user();
  }

  /** Whether the session has logged in, and without a token. */
  private static boolean mayHaveTokens(Session session) {
    String mechanism = session.mechanism();
    return !mechanism.isEmpty() && !mechanism.equals(ClientLogin.TOKEN);
  }
}
