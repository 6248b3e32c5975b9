package io.millrace.server.nativeprotocol;

import static io.millrace.security.Operation.ADMIN;
import static io.millrace.server.nativeprotocol.Access.forAll;
import static io.millrace.server.nativeprotocol.Access.toBroker;

import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.ListRulesRequest;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.ListUsersRequest;
import io.millrace.protocol.wire.ReloadRequest;
import io.millrace.protocol.wire.ReloadResponse;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.Authorizer;
import java.util.List;
import java.util.function.Supplier;

/**
 * The part of the {@link ApiTable} about users, tokens and rules.
 *
 * <p>Some apis need no permission. LIST_TOKENS omits the tokens of others. WHO_AM_I says what the
 * session knows about itself.
 */
final class AccessApis {

  private AccessApis() {}

  /**
   * Adds the apis to a table.
   *
   * @param reload loads certificates again, and returns what happened; may block
   */
  static void addTo(
      Routes routes, AccessService access, Authorizer authorizer, Supplier<List<String>> reload) {
    AccessHandler handler = new AccessHandler(access);
    TokenHandler tokens = new TokenHandler(access, authorizer);
    routes
        .add(Api.CREATE_USER, CreateUserRequest.class, toBroker(ADMIN), handler::createUser)
        .add(Api.ALTER_USER, AlterUserRequest.class, OwnAccess.toAlterUser(), handler::alterUser)
        .add(Api.DELETE_USER, DeleteUserRequest.class, toBroker(ADMIN), handler::deleteUser)
        .add(Api.LIST_USERS, ListUsersRequest.class, toBroker(ADMIN), handler::listUsers)
        .add(Api.CREATE_TOKEN, CreateTokenRequest.class, OwnAccess.toCreateToken(), tokens::create)
        .add(Api.LIST_TOKENS, ListTokensRequest.class, forAll(), tokens::list)
        .add(Api.REVOKE_TOKEN, RevokeTokenRequest.class, OwnAccess.toRevokeToken(), tokens::revoke)
        .add(Api.ADD_RULES, AddRulesRequest.class, toBroker(ADMIN), handler::addRules)
        .add(Api.REMOVE_RULES, RemoveRulesRequest.class, toBroker(ADMIN), handler::removeRules)
        .add(Api.LIST_RULES, ListRulesRequest.class, toBroker(ADMIN), handler::listRules)
        .add(Api.TEST_RULE, TestRuleRequest.class, toBroker(ADMIN), handler::testRule)
        .add(
            Api.RELOAD,
            ReloadRequest.class,
            toBroker(ADMIN),
            (request, pending) ->
                pending.answerWhenDone(
                    access.run(administration -> new ReloadResponse(reload.get()))))
        .add(Api.WHO_AM_I, WhoAmIRequest.class, forAll(), new IdentityHandler(access));
  }
}
