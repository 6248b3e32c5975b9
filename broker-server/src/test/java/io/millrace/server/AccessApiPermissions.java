package io.millrace.server;

import io.millrace.protocol.ErrorCode;
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
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.server.ApiPermissions.Entry;
import io.millrace.server.ApiPermissions.Subject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The part of {@link ApiPermissions} about users, tokens and rules, for a client with a token. */
final class AccessApiPermissions {

  private static final Map<Api, Entry> ENTRIES = new EnumMap<>(Api.class);

  static {
    free(Api.WHO_AM_I, s -> new WhoAmIRequest());
    free(Api.LIST_TOKENS, s -> new ListTokensRequest(""));
    admin(
        Api.CREATE_USER,
        ErrorCode.NONE,
        s -> new CreateUserRequest(s.name(), List.of(), List.of()));
    admin(
        Api.ALTER_USER,
        ErrorCode.UNKNOWN_USER,
        s ->
            new AlterUserRequest(s.name(), List.of(), false, List.of(), UserSwitch.DISABLE, false));
    admin(Api.DELETE_USER, ErrorCode.UNKNOWN_USER, s -> new DeleteUserRequest(s.name(), false));
    admin(Api.LIST_USERS, ErrorCode.NONE, s -> new ListUsersRequest(""));
    admin(
        Api.CREATE_TOKEN,
        ErrorCode.UNKNOWN_USER,
        s -> new CreateTokenRequest("t", s.name(), 0, List.of()));
    admin(Api.REVOKE_TOKEN, ErrorCode.UNKNOWN_TOKEN, s -> new RevokeTokenRequest(s.name()));
    admin(Api.ADD_RULES, ErrorCode.NONE, s -> new AddRulesRequest(rules(s)));
    admin(Api.REMOVE_RULES, ErrorCode.INVALID_RULE, s -> new RemoveRulesRequest(rules(s), false));
    admin(Api.LIST_RULES, ErrorCode.NONE, s -> new ListRulesRequest(""));
    admin(
        Api.TEST_RULE,
        ErrorCode.NONE,
        s -> new TestRuleRequest(s.name(), "read", "topic:" + s.name(), ""));
    admin(Api.RELOAD, ErrorCode.NONE, s -> new ReloadRequest());
  }

  private AccessApiPermissions() {}

  static Map<Api, Entry> entries() {
    return ENTRIES;
  }

  private static List<RuleInfo> rules(Subject subject) {
    return List.of(new RuleInfo(subject.name(), "read topic:x"));
  }

  private static void free(Api api, Function<Subject, Request> request) {
    ENTRIES.put(api, new Entry(List.of(), ErrorCode.NONE, ErrorCode.NONE, request));
  }

  private static void admin(Api api, ErrorCode served, Function<Subject, Request> request) {
    ENTRIES.put(api, new Entry(List.of("admin broker"), ErrorCode.NOT_AUTHORIZED, served, request));
  }
}
