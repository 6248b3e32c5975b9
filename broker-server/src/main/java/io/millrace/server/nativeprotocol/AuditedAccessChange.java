package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.ReloadRequest;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import java.util.List;
import java.util.stream.Collectors;

/** Changes of users, tokens and rules, as the audit log has them: without any secret. */
final class AuditedAccessChange {

  private AuditedAccessChange() {}

  /** Null if the request changes none of them. */
  static AuditedChange of(Request request) {
    if (request instanceof CreateUserRequest create) {
      return change("createUser", "user:" + create.name(), "roles=" + create.roles());
    }
    if (request instanceof AlterUserRequest alter) {
      return change("alterUser", "user:" + alter.name(), details(alter));
    }
    if (request instanceof DeleteUserRequest delete) {
      return change("deleteUser", "user:" + delete.name(), "");
    }
    if (request instanceof CreateTokenRequest create) {
      String details =
          "user="
              + create.user()
              + " expiresAtMicros="
              + create.expiresAtMicros()
              + " scope="
              + create.scope();
      return change("createToken", "token:" + create.name(), details);
    }
    if (request instanceof RevokeTokenRequest revoke) {
      return change("revokeToken", "token:" + revoke.id(), "");
    }
    if (request instanceof AddRulesRequest add) {
      return change("addRules", "broker", text(add.rules()));
    }
    if (request instanceof RemoveRulesRequest remove) {
      return change("removeRules", "broker", text(remove.rules()));
    }
    if (request instanceof ReloadRequest) {
      return change("reload", "broker", "");
    }
    return null;
  }

  private static AuditedChange change(String name, String resource, String details) {
    return new AuditedChange(Operation.ADMIN, Resource.BROKER, name, resource, details);
  }

  private static String details(AlterUserRequest alter) {
    return (alter.verifiers().isEmpty() ? "" : "password=changed ")
        + (alter.setsRoles() ? "roles=" + alter.roles() + " " : "")
        + "switch="
        + alter.enabled();
  }

  private static String text(List<RuleInfo> rules) {
    return rules.stream()
        .map(rule -> rule.grantee() + " " + rule.permission())
        .collect(Collectors.joining(", "));
  }
}
