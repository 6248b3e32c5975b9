package io.millrace.security;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may do what: the users, their roles and the rules of an {@link AccessState}, compiled for
 * fast decisions. What no rule allows is denied. The {@link Principal#ANONYMOUS anonymous}
 * principal and users that are not enabled may do nothing. Immutable; any thread.
 */
public final class Policy {

  /** What a name is allowed that is denied everything, whatever the roles of its credential. */
  private static final Grants[] DENIED = {};

  private final long version;

  /** What each name that is a user, or in a rule, is allowed with its roles. */
  private final Map<String, Grants[]> ofName = new HashMap<>();

  /** What the other names are allowed. */
  private final Grants[] ofOthers;

  private final Map<String, Grants> ofRole = new HashMap<>();

  /**
   * Compiles a state.
   *
   * @param version a number that is larger for a later state
   */
  public Policy(AccessState state, long version) {
    this.version = version;
    Map<String, List<Rule>> byGrantee = byGrantee(state.rules());
    byGrantee.forEach(
        (grantee, rules) -> {
          if (grantee.startsWith(RoleName.PREFIX)) {
            ofRole.put(grantee.substring(RoleName.PREFIX.length()), new Grants(rules));
          }
        });
    List<Rule> everyone = byGrantee.getOrDefault(RuleText.EVERYONE, List.of());
    ofOthers = everyone.isEmpty() ? new Grants[0] : new Grants[] {new Grants(everyone)};
    Set<String> names = new HashSet<>(state.users().keySet());
    byGrantee.keySet().stream()
        .filter(grantee -> UserName.breach(grantee).isEmpty())
        .forEach(names::add);
    for (String name : names) {
      ofName.put(name, compile(name, Optional.ofNullable(state.users().get(name)), byGrantee));
    }
    ofName.put(Principal.ANONYMOUS.name(), DENIED);
  }

  private static Map<String, List<Rule>> byGrantee(List<Rule> rules) {
    Map<String, List<Rule>> byGrantee = new HashMap<>();
    for (ShippedRole role : ShippedRole.values()) {
      String grantee = RoleName.PREFIX + role.text();
      byGrantee.put(
          grantee,
          new ArrayList<>(role.permissions().stream().map(p -> new Rule(grantee, p)).toList()));
    }
    for (Rule rule : rules) {
      byGrantee.computeIfAbsent(rule.grantee(), grantee -> new ArrayList<>()).add(rule);
    }
    return byGrantee;
  }

  private Grants[] compile(String name, Optional<User> user, Map<String, List<Rule>> byGrantee) {
    if (user.isPresent() && !user.get().enabled()) {
      return DENIED;
    }
    List<Grants> all = new ArrayList<>();
    if (byGrantee.containsKey(name)) {
      all.add(new Grants(byGrantee.get(name)));
    }
    user.stream()
        .flatMap(each -> each.roles().stream())
        .sorted()
        .flatMap(role -> Stream.ofNullable(ofRole.get(role)))
        .forEach(all::add);
    all.addAll(List.of(ofOthers));
    return all.toArray(Grants[]::new);
  }

  /** The version of the state. */
  public long version() {
    return version;
  }

  /** Whether the principal may do the operation on the resource. */
  public boolean allows(Principal principal, Operation operation, Resource resource) {
    return rule(principal, operation, resource) != null
        && TokenScope.allows(principal, operation, resource);
  }

  /** As {@link #allows}, with the rule that allows the operation. */
  public AccessDecision decide(Principal principal, Operation operation, Resource resource) {
    Rule rule = rule(principal, operation, resource);
    return new AccessDecision(
        Optional.ofNullable(rule),
        rule != null && !TokenScope.allows(principal, operation, resource));
  }

  /**
   * Whether one rule allows the operation on every resource whose name begins with a text. With
   * another beginning than {@value TopicPattern#INTERNAL_PREFIX}, this leaves internal topics out.
   */
  public boolean allowsPrefix(
      Principal principal, Operation operation, Resource.Kind kind, String text) {
    boolean covered = false;
    for (Grants grants : grantsOf(principal)) {
      covered |= grants.coversPrefix(operation, kind, text);
    }
    return covered && TokenScope.allowsPrefix(principal, operation, kind, text);
  }

  /**
   * The sources of the events that the principal may append to the topic. Meaningful only if the
   * principal is allowed to write to it.
   */
  public AllowedSources sourcesOf(Principal principal, String topic) {
    AllowedSources byRules = byRules(principal, topic);
    AllowedSources byScope = TokenScope.sourcesOf(principal, topic);
    return byScope.isAny() ? byRules : byRules.isAny() ? byScope : byRules.and(byScope);
  }

  private AllowedSources byRules(Principal principal, String topic) {
    Grants[] all = grantsOf(principal);
    boolean limits = false;
    for (Grants grants : all) {
      limits |= grants.limitsSources();
    }
    if (!limits) {
      return AllowedSources.ANY;
    }
    List<Rule> limited = new ArrayList<>();
    for (Grants grants : all) {
      if (grants.allowsAnySource(topic)) {
        return AllowedSources.ANY;
      }
      grants.addLimitedSources(topic, limited);
    }
    return AllowedSources.of(limited.stream().map(Rule::permission).toList(), principal);
  }

  private Rule rule(Principal principal, Operation operation, Resource resource) {
    for (Grants grants : grantsOf(principal)) {
      Rule rule = grants.find(operation, resource);
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  private Grants[] grantsOf(Principal principal) {
    Grants[] ofPrincipal = ofName.getOrDefault(principal.name(), ofOthers);
    if (principal.roles().isEmpty() || ofPrincipal == DENIED) {
      return ofPrincipal;
    }
    List<Grants> all = new ArrayList<>(List.of(ofPrincipal));
    principal.roles().stream()
        .sorted()
        .flatMap(role -> Stream.ofNullable(ofRole.get(role)))
        .forEach(all::add);
    return all.toArray(Grants[]::new);
  }
}
