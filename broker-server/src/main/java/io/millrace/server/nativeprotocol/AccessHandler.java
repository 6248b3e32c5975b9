package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AddRulesResponse;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.CreateUserResponse;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.DeleteUserResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ListRulesRequest;
import io.millrace.protocol.wire.ListRulesResponse;
import io.millrace.protocol.wire.ListUsersRequest;
import io.millrace.protocol.wire.ListUsersResponse;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.TestRuleResponse;
import io.millrace.protocol.wire.UserInfo;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.security.PermissionText;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.security.User;
import io.millrace.security.UserChanges;
import io.millrace.server.security.AccessAdministration.ListedUser;
import io.millrace.server.security.AccessQuestion;
import io.millrace.server.security.AccessService;
import java.util.List;
import java.util.Optional;

/** The apis of users and rules. They can wait for the disk, so the access thread serves them. */
final class AccessHandler {

  private final AccessService access;

  AccessHandler(AccessService access) {
    this.access = access;
  }

  void createUser(CreateUserRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration ->
                new CreateUserResponse(
                    administration.createUser(
                        request.name(), request.roles(), request.verifiers()))));
  }

  void alterUser(AlterUserRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration -> {
              administration.alterUser(
                  request.name(),
                  request.verifiers(),
                  request.setsRoles() ? Optional.of(request.roles()) : Optional.empty(),
                  enabled(request.enabled()),
                  request.force());
              return new EmptyResponse();
            }));
  }

  private static Optional<Boolean> enabled(UserSwitch to) {
    return switch (to) {
      case UNCHANGED -> Optional.empty();
      case ENABLE -> Optional.of(true);
      case DISABLE -> Optional.of(false);
    };
  }

  void deleteUser(DeleteUserRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration -> {
              UserChanges.Deleted deleted =
                  administration.deleteUser(request.name(), request.force());
              return new DeleteUserResponse(deleted.tokens(), deleted.rules());
            }));
  }

  void listUsers(ListUsersRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration ->
                new ListUsersResponse(
                    administration.users(request.name()).stream()
                        .map(AccessHandler::onWire)
                        .toList())));
  }

  private static UserInfo onWire(ListedUser listed) {
    User user = listed.user();
    return new UserInfo(
        user.name(),
        user.roles().stream().sorted().toList(),
        user.enabled(),
        user.verifiers().stream().map(each -> each.mechanism().mechanism()).sorted().toList(),
        listed.tokens());
  }

  void addRules(AddRulesRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration ->
                new AddRulesResponse(administration.addRules(parsed(request.rules())))));
  }

  void removeRules(RemoveRulesRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration -> {
              administration.removeRules(parsed(request.rules()), request.force());
              return new EmptyResponse();
            }));
  }

  private static List<Rule> parsed(List<RuleInfo> rules) {
    return rules.stream().map(rule -> RuleText.parse(rule.grantee(), rule.permission())).toList();
  }

  void listRules(ListRulesRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration ->
                new ListRulesResponse(
                    administration.rules(request.grantee()).stream()
                        .map(AccessHandler::onWire)
                        .toList())));
  }

  private static RuleInfo onWire(Rule rule) {
    return new RuleInfo(rule.grantee(), PermissionText.format(rule.permission()));
  }

  void testRule(TestRuleRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        access.run(
            administration -> {
              AccessQuestion.Answer answer =
                  AccessQuestion.parse(
                          request.principal(),
                          request.operation(),
                          request.resource(),
                          request.source())
                      .answer(administration.state());
              return new TestRuleResponse(answer.allowed(), answer.decidedBy());
            }));
  }
}
