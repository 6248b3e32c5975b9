package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.Resource.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyTest {

  private static final Principal ALICE = new Principal("alice");

  private final List<Rule> rules = new ArrayList<>();
  private final SortedMap<String, User> users = new TreeMap<>();

  @Test
  void whatNoRuleAllowsIsDenied() {
    allow("alice", "read topic:rides");
    assertThat(allows(ALICE, Operation.READ, "rides")).isTrue();
    assertThat(allows(ALICE, Operation.READ, "rides2")).isFalse();
    assertThat(allows(ALICE, Operation.WRITE, "rides")).isFalse();
    assertThat(allows(new Principal("bob"), Operation.READ, "rides")).isFalse();
    assertThat(policy().allows(ALICE, Operation.DESCRIBE, Resource.group("rides"))).isFalse();
  }

  @Test
  void anOperationOnATopicOrAGroupImpliesDescribe() {
    for (Operation operation : Operation.values()) {
      for (Kind kind : Kind.values()) {
        if (operation.appliesTo(kind)) {
          boolean implied = kind != Kind.BROKER || operation == Operation.DESCRIBE;
          assertThat(operation.implies(Operation.DESCRIBE, kind)).isEqualTo(implied);
          assertThat(operation.implies(operation, kind)).isTrue();
        }
      }
    }
    allow("alice", "delete group:billing");
    assertThat(policy().allows(ALICE, Operation.DESCRIBE, Resource.group("billing"))).isTrue();
    assertThat(policy().allows(ALICE, Operation.RESET, Resource.group("billing"))).isFalse();
    allow("alice", "metrics broker");
    assertThat(policy().allows(ALICE, Operation.DESCRIBE, Resource.BROKER)).isFalse();
  }

  @Test
  void aPrefixThatIsInTheWayOfAShorterOneDoesNotHideIt() {
    allow("alice", "read topic:a*");
    allow("alice", "read topic:ab*");
    allow("alice", "read topic:abc-*");
    for (String name : List.of("a", "ab", "abc-1", "abd", "az", "a-")) {
      assertThat(allows(ALICE, Operation.READ, name)).as(name).isTrue();
    }
    assertThat(allows(ALICE, Operation.READ, "b")).isFalse();
    assertThat(allows(ALICE, Operation.READ, "A")).isFalse();
  }

  @Test
  void aPrefixMatchesInternalTopicsOnlyIfItIsInternal() {
    allow("alice", "read topic:*");
    allow("alice", "read topic:_*");
    assertThat(allows(ALICE, Operation.READ, "_x")).isTrue();
    assertThat(allows(ALICE, Operation.READ, "__audit")).isFalse();
    assertThat(allows(ALICE, Operation.DESCRIBE, "__groups")).isFalse();
    allow("alice", "read topic:__au*");
    assertThat(allows(ALICE, Operation.READ, "__audit")).isTrue();
    assertThat(allows(ALICE, Operation.READ, "__groups")).isFalse();
    allow("bob", "read topic:__groups");
    assertThat(allows(new Principal("bob"), Operation.READ, "__groups")).isTrue();
  }

  @Test
  void aRuleForEveryoneIsForEveryPrincipalButTheAnonymousOne() {
    allow("*", "read topic:news");
    allow("alice", "read topic:rides");
    for (String name : List.of("alice", "bob", "spiffe://a/b", "*.example.org", "role:x")) {
      assertThat(allows(new Principal(name), Operation.READ, "news")).as(name).isTrue();
    }
    assertThat(allows(Principal.ANONYMOUS, Operation.READ, "news")).isFalse();
    assertThat(
            allows(new Principal("anonymous", Set.of("admin"), List.of()), Operation.READ, "news"))
        .isFalse();
  }

  @Test
  void rolesAreThoseOfTheUserAndOfTheCredential() {
    user("alice", true, "auditor");
    allow("role:auditor", "read topic:__audit");
    allow("role:producer", "read topic:receipts");
    assertThat(allows(ALICE, Operation.READ, "__audit")).isTrue();
    assertThat(allows(ALICE, Operation.WRITE, "rides")).isFalse();
    Principal producer = new Principal("alice", Set.of("producer", "unknown"), List.of());
    assertThat(allows(producer, Operation.READ, "__audit")).isTrue();
    assertThat(allows(producer, Operation.WRITE, "rides")).isTrue();
    assertThat(allows(producer, Operation.READ, "receipts")).isTrue();
    assertThat(allows(producer, Operation.READ, "rides")).isFalse();
  }

  @Test
  void theNameOfAPrincipalIsNotReadAsARole() {
    allow("role:auditor", "read topic:rides");
    assertThat(allows(new Principal("role:auditor"), Operation.READ, "rides")).isFalse();
    assertThat(allows(new Principal("role:admin"), Operation.READ, "rides")).isFalse();
    assertThat(allows(new Principal("*"), Operation.READ, "rides")).isFalse();
  }

  @Test
  void aUserThatIsNotEnabledIsDeniedEverything() {
    user("alice", false, "admin");
    allow("alice", "read topic:rides");
    allow("*", "read topic:rides");
    Principal admin = new Principal("alice", Set.of("admin"), List.of());
    assertThat(allows(ALICE, Operation.READ, "rides")).isFalse();
    assertThat(allows(admin, Operation.READ, "rides")).isFalse();
  }

  @Test
  void aTokenLimitsItsUserAndGivesNothing() {
    allow("alice", "read topic:rides*");
    Principal token =
        new Principal(
            "alice",
            Set.of(),
            List.of(
                PermissionText.parse("read topic:rides-eu"),
                PermissionText.parse("read topic:*"),
                PermissionText.parse("write topic:rides-us")));
    assertThat(allows(token, Operation.READ, "rides-eu")).isTrue();
    assertThat(allows(token, Operation.WRITE, "rides-us")).isFalse();
    Principal narrow =
        new Principal("alice", Set.of(), List.of(PermissionText.parse("read topic:rides-eu")));
    assertThat(allows(narrow, Operation.DESCRIBE, "rides-eu")).isTrue();
    assertThat(allows(narrow, Operation.READ, "rides-us")).isFalse();
    AccessDecision refused = policy().decide(narrow, Operation.READ, Resource.topic("rides-us"));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.outOfScope()).isTrue();
    assertThat(refused.rule()).contains(RuleText.parse("alice", "read topic:rides*"));
  }

  @Test
  void theDecisionNamesItsRule() {
    user("alice", true, "viewer");
    allow("alice", "write topic:rides*");
    allow("*", "read topic:rides");
    assertThat(rule(Operation.DESCRIBE, "rides")).isEqualTo("alice write topic:rides*");
    assertThat(rule(Operation.READ, "rides")).isEqualTo("* read topic:rides");
    assertThat(rule(Operation.DESCRIBE, "other")).isEqualTo("role:viewer describe topic:*");
    assertThat(policy().decide(ALICE, Operation.ADMIN, Resource.BROKER).rule()).isEmpty();
  }

  @Test
  void aRuleWithoutASourceAllowsEverySource() {
    allow("alice", "write topic:rides source:vehicle-*");
    allow("alice", "write topic:* source:$principal");
    AllowedSources limited = sources(ALICE);
    assertThat(limited.isAny()).isFalse();
    assertThat(limited.allows("vehicle-17")).isTrue();
    assertThat(limited.allows("alice")).isTrue();
    assertThat(limited.allows("truck-1")).isFalse();
    assertThat(limited.allows("$principal")).isFalse();
    assertThat(limited.text()).isEqualTo("'alice', 'vehicle-*'");
    assertThat(policy().sourcesOf(ALICE, "other").allows("vehicle-17")).isFalse();
    allow("*", "write topic:rides");
    assertThat(sources(ALICE).isAny()).isTrue();
    assertThat(policy().sourcesOf(ALICE, "other").isAny()).isFalse();
  }

  @Test
  void theSourcesOfATokenAreThoseThatItsUserHasToo() {
    allow("alice", "write topic:rides source:vehicle-*");
    Principal token =
        new Principal(
            "alice",
            Set.of(),
            List.of(
                PermissionText.parse("write topic:rides source:vehicle-1*"),
                PermissionText.parse("write topic:rides source:truck-1")));
    assertThat(sources(token).allows("vehicle-17")).isTrue();
    assertThat(sources(token).allows("vehicle-27")).isFalse();
    assertThat(sources(token).allows("truck-1")).isFalse();
    assertThat(sources(token).text())
        .isEqualTo("'vehicle-*', and of these 'truck-1', 'vehicle-1*'");
    rules.clear();
    allow("alice", "write topic:rides");
    assertThat(sources(token).allows("truck-1")).isTrue();
    assertThat(sources(token).allows("truck-2")).isFalse();
  }

  @Test
  void aPrincipalWithAStarInItsNameIsNoPattern() {
    allow("*", "write topic:rides source:$principal");
    AllowedSources sources = sources(new Principal("vehicle-*"));
    assertThat(sources.allows("vehicle-*")).isTrue();
    assertThat(sources.allows("vehicle-1")).isFalse();
  }

  @Test
  void aMessageNamesFewOfManySources() {
    for (int i = 0; i < 1000; i++) {
      allow("alice", "write topic:rides source:vehicle-" + i);
    }
    assertThat(sources(ALICE).text()).endsWith("and 995 more").hasSizeLessThan(100);
    assertThat(sources(ALICE).allows("vehicle-999")).isTrue();
  }

  @Test
  void theRolesOfEveryBrokerAllowWhatTheyAreFor() {
    Operation[] onTopics = operations(Kind.TOPIC);
    assertRole("admin", "rides", Kind.TOPIC, onTopics);
    assertRole("admin", "__audit", Kind.TOPIC, onTopics);
    assertRole("admin", "billing", Kind.GROUP, operations(Kind.GROUP));
    assertRole("admin", "", Kind.BROKER, operations(Kind.BROKER));
    assertRole(
        "operator",
        "rides",
        Kind.TOPIC,
        Operation.CREATE,
        Operation.ALTER,
        Operation.DELETE,
        Operation.DESCRIBE);
    assertRole("operator", "__audit", Kind.TOPIC, Operation.DESCRIBE);
    assertRole(
        "operator",
        "billing",
        Kind.GROUP,
        Operation.ALTER,
        Operation.RESET,
        Operation.DELETE,
        Operation.DESCRIBE);
    assertRole("operator", "", Kind.BROKER, Operation.DESCRIBE, Operation.METRICS);
    assertRole("producer", "rides", Kind.TOPIC, Operation.WRITE, Operation.DESCRIBE);
    assertRole("producer", "__audit", Kind.TOPIC);
    assertRole("producer", "billing", Kind.GROUP);
    assertRole("producer", "", Kind.BROKER);
    assertRole("consumer", "rides", Kind.TOPIC, Operation.READ, Operation.DESCRIBE);
    assertRole("consumer", "__audit", Kind.TOPIC);
    assertRole("consumer", "billing", Kind.GROUP, Operation.JOIN, Operation.DESCRIBE);
    assertRole("consumer", "", Kind.BROKER);
    assertRole("viewer", "rides", Kind.TOPIC, Operation.DESCRIBE);
    assertRole("viewer", "__audit", Kind.TOPIC);
    assertRole("viewer", "billing", Kind.GROUP, Operation.DESCRIBE);
    assertRole("viewer", "", Kind.BROKER, Operation.DESCRIBE, Operation.METRICS);
  }

  private static Operation[] operations(Kind kind) {
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.appliesTo(kind))
        .toArray(Operation[]::new);
  }

  private void assertRole(String role, String name, Kind kind, Operation... allowed) {
    Principal principal = new Principal("x", Set.of(role), List.of());
    assertThat(operations(kind))
        .as("%s on %s '%s'", role, kind, name)
        .filteredOn(operation -> policy().allows(principal, operation, new Resource(kind, name)))
        .containsExactlyInAnyOrder(allowed);
  }

  private void allow(String grantee, String permission) {
    rules.add(RuleText.parse(grantee, permission));
  }

  private void user(String name, boolean enabled, String... roles) {
    users.put(name, new User(name, Set.of(roles), enabled, List.of()));
  }

  private Policy policy() {
    return new Policy(AccessState.empty(new byte[32]).withRules(rules).withUsers(users), 1);
  }

  private boolean allows(Principal principal, Operation operation, String topic) {
    boolean allows = policy().allows(principal, operation, Resource.topic(topic));
    assertThat(policy().decide(principal, operation, Resource.topic(topic)).allowed())
        .isEqualTo(allows);
    return allows;
  }

  private String rule(Operation operation, String topic) {
    return RuleText.format(
        policy().decide(ALICE, operation, Resource.topic(topic)).rule().orElseThrow());
  }

  private AllowedSources sources(Principal principal) {
    return policy().sourcesOf(principal, "rides");
  }
}
