package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateTokenResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.ListTokensResponse;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.TokenInfo;
import io.millrace.security.ApiToken;
import io.millrace.security.Operation;
import io.millrace.security.PermissionText;
import io.millrace.security.Resource;
import io.millrace.security.TokenText.NewToken;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.function.Predicate;

/**
 * The apis of tokens. They can wait for the disk, so the access thread serves them. Without the
 * permission {@code admin}, a session sees the tokens of its own user; the others do not exist for
 * it.
 */
final class TokenHandler {

  private final AccessService access;
  private final Authorizer authorizer;

  TokenHandler(AccessService access, Authorizer authorizer) {
    this.access = access;
    this.authorizer = authorizer;
  }

  void create(CreateTokenRequest request, PendingRequest pending) {
    String user = OwnAccess.userOf(request, pending.session());
    pending.answerWhenDone(
        access.run(
            administration -> {
              NewToken created =
                  administration.createToken(
                      request.name(), user, request.expiresAtMicros(), request.scope());
              return new CreateTokenResponse(created.parsed().id(), created.text());
            }));
  }

  void list(ListTokensRequest request, PendingRequest pending) {
    Predicate<ApiToken> visible = visible(pending.session());
    pending.answerWhenDone(
        access.run(
            administration ->
                new ListTokensResponse(
                    administration
                        .tokens(
                            visible.and(
                                token ->
                                    request.user().isEmpty()
                                        || token.user().equals(request.user())))
                        .stream()
                        .map(TokenHandler::onWire)
                        .toList())));
  }

  void revoke(RevokeTokenRequest request, PendingRequest pending) {
    Predicate<ApiToken> visible = visible(pending.session());
    pending.answerWhenDone(
        access.run(
            administration -> {
              administration.revokeToken(request.id(), visible);
              return new EmptyResponse();
            }));
  }

  private Predicate<ApiToken> visible(Session session) {
    if (authorizer.allows(session, Operation.ADMIN, Resource.BROKER)) {
      return token -> true;
    }
    String user = session.principal().name();
    return token -> token.user().equals(user);
  }

  private static TokenInfo onWire(ApiToken token) {
    return new TokenInfo(
        token.id(),
        token.name(),
        token.user(),
        token.createdAtMicros(),
        token.expiresAtMicros(),
        token.scope().stream().map(PermissionText::format).toList());
  }
}
