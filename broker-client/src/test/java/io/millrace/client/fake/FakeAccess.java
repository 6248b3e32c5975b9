package io.millrace.client.fake;

import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AddRulesResponse;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateTokenResponse;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.CreateUserResponse;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.DeleteUserResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ListRulesRequest;
import io.millrace.protocol.wire.ListRulesResponse;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.ListTokensResponse;
import io.millrace.protocol.wire.ListUsersRequest;
import io.millrace.protocol.wire.ListUsersResponse;
import io.millrace.protocol.wire.ReloadRequest;
import io.millrace.protocol.wire.ReloadResponse;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.TestRuleResponse;
import io.millrace.protocol.wire.TokenInfo;
import io.millrace.protocol.wire.UserInfo;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.protocol.wire.WhoAmIResponse;
import java.util.List;

/** The same answers to all requests about users, tokens and rules. */
final class FakeAccess {

  private FakeAccess() {}

  /** Null if it is another request. */
  static Response answer(Request request) {
    if (request instanceof CreateUserRequest) {
      return new CreateUserResponse(2);
    } else if (request instanceof AlterUserRequest
        || request instanceof RevokeTokenRequest
        || request instanceof RemoveRulesRequest) {
      return new EmptyResponse();
    } else if (request instanceof DeleteUserRequest) {
      return new DeleteUserResponse(3, 4);
    } else if (request instanceof ListUsersRequest) {
      return new ListUsersResponse(
          List.of(new UserInfo("anna", List.of("viewer"), true, List.of("SCRAM-SHA-256"), 1)));
    } else if (request instanceof CreateTokenRequest) {
      return new CreateTokenResponse("k3x9", "mrt_k3x9_secret");
    } else if (request instanceof ListTokensRequest) {
      return new ListTokensResponse(
          List.of(new TokenInfo("k3x9", "ci", "anna", 1_000_000, 0, List.of("read topic:rides*"))));
    } else if (request instanceof AddRulesRequest add) {
      return new AddRulesResponse(add.rules().size());
    } else if (request instanceof ListRulesRequest) {
      return new ListRulesResponse(List.of(new RuleInfo("anna", "read topic:rides*")));
    } else if (request instanceof TestRuleRequest) {
      return new TestRuleResponse(true, "rule: anna read topic:rides*");
    } else if (request instanceof ReloadRequest) {
      return new ReloadResponse(List.of("a certificate"));
    } else if (request instanceof WhoAmIRequest) {
      return new WhoAmIResponse(
          "anna", List.of("viewer"), "TOKEN", 2_000_000, List.of("read topic:*"), List.of());
    }
    return null;
  }
}
