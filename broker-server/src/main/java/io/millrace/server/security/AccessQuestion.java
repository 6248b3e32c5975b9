package io.millrace.server.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessDecision;
import io.millrace.security.AccessException;
import io.millrace.security.AccessState;
import io.millrace.security.AllowedSources;
import io.millrace.security.Operation;
import io.millrace.security.Permission;
import io.millrace.security.PermissionText;
import io.millrace.security.Policy;
import io.millrace.security.Principal;
import io.millrace.security.Resource;
import io.millrace.security.Resource.Kind;
import io.millrace.security.RoleName;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.security.User;
import io.millrace.security.UserName;
import java.util.List;
import java.util.Set;

/**
 * The question whether a principal may do something, and the answer in words.
 *
 * @param principal of a user with its roles, or of a role
 * @param operation on the resource
 * @param resource it need not exist
 * @param source of an event to write; empty: any
 */
public record AccessQuestion(
    Principal principal, Operation operation, Resource resource, String source) {

  /**
   * What the rules say.
   *
   * @param decidedBy the rule or the role that allows it, or why it is not allowed
   */
  public record Answer(boolean allowed, String decidedBy) {}

  /**
   * Reads a question.
   *
   * @param principal the name of a user, or {@code role:NAME}
   * @param operation such as {@code read}
   * @param resource such as {@code topic:rides}
   * @param source of an event; empty: any
   * @throws io.millrace.security.InvalidTextException for a text that is none
   * @throws AccessException {@code INVALID_RULE} for a pattern instead of a name
   */
  public static AccessQuestion parse(
      String principal, String operation, String resource, String source) {
    Permission asked =
        PermissionText.parse(
            operation + " " + resource + (source.isEmpty() ? "" : " source:" + source));
    if (asked.resource().isPrefix() || asked.source().filter(each -> each.isPrefix()).isPresent()) {
      throw new AccessException(
          ErrorCode.INVALID_RULE,
          "'"
              + PermissionText.format(asked)
              + "' has a pattern; ask about one name, without '*' at its end");
    }
    Principal who = principal(principal);
    return new AccessQuestion(
        who,
        asked.operation(),
        new Resource(asked.kind(), asked.resource().text()),
        source.equals(PermissionText.PRINCIPAL) ? who.name() : source);
  }

  private static Principal principal(String text) {
    return text.startsWith(RoleName.PREFIX)
        ? new Principal(
            text, Set.of(RoleName.require(text.substring(RoleName.PREFIX.length()))), List.of())
        : new Principal(UserName.require(text));
  }

  /** Decides by the rules and roles of a state. */
  public Answer answer(AccessState state) {
    Policy policy = new Policy(state, 0);
    AccessDecision decision = policy.decide(principal, operation, resource);
    if (!decision.allowed()) {
      return new Answer(false, "no rule and no role allows it" + about(state));
    }
    Rule rule = decision.rule().orElseThrow();
    String decidedBy = (state.rules().contains(rule) ? "rule: " : "role: ") + RuleText.format(rule);
    if (operation != Operation.WRITE || resource.kind() != Kind.TOPIC) {
      return new Answer(true, decidedBy);
    }
    AllowedSources sources = policy.sourcesOf(principal, resource.name());
    if (sources.isAny()) {
      return new Answer(true, decidedBy);
    }
    if (!source.isEmpty() && !sources.allows(source)) {
      return new Answer(false, "the rules allow events of other sources only: " + sources.text());
    }
    return new Answer(true, decidedBy + "; only events of the sources " + sources.text());
  }

  /** What a reader of a denial should know about the user. */
  private String about(AccessState state) {
    if (principal.name().startsWith(RoleName.PREFIX)) {
      return "";
    }
    User user = state.users().get(principal.name());
    if (user == null) {
      return "; there is no user '" + principal.name() + "'";
    }
    return user.enabled() ? "" : "; user '" + user.name() + "' is disabled";
  }
}
