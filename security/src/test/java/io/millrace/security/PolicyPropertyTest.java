package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.security.Resource.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compiled policy decides as a look at each rule does. */
class PolicyPropertyTest {

  private static final List<String> NAMES = List.of("alice", "bob", "carol", "anonymous");
  private static final List<String> ROLES =
      List.of("admin", "operator", "producer", "consumer", "viewer", "r1", "r2", "none");
  private static final int POLICIES = 300;
  private static final int QUESTIONS = 200;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void decisionsAreThoseOfANaiveEvaluator() {
    int allowed = 0;
    int limited = 0;
    for (int i = 0; i < POLICIES; i++) {
      AccessState state = state();
      Policy policy = new Policy(state, i);
      for (int j = 0; j < QUESTIONS; j++) {
        Principal principal = principal();
        Kind kind = any(Kind.values());
        Operation operation = any(Operation.values());
        Resource resource = new Resource(kind, kind == Kind.BROKER ? "" : name());
        boolean expected = naive(state, principal, operation, resource, Optional.empty());
        AccessDecision decision = policy.decide(principal, operation, resource);
        String question =
            "seed %d: %s %s %s with %s"
                .formatted(seed, principal, operation, resource, state.rules());
        assertThat(policy.allows(principal, operation, resource)).as(question).isEqualTo(expected);
        assertThat(decision.allowed()).as(question).isEqualTo(expected);
        decision
            .rule()
            .ifPresent(
                rule ->
                    assertThat(covers(rule.permission(), operation, resource))
                        .as(question)
                        .isTrue());
        allowed += expected ? 1 : 0;
        if (operation == Operation.WRITE && kind == Kind.TOPIC && expected) {
          String source = name();
          boolean mayUse = naive(state, principal, operation, resource, Optional.of(source));
          AllowedSources sources = policy.sourcesOf(principal, resource.name());
          assertThat(sources.allows(source)).as(question + " " + source).isEqualTo(mayUse);
          limited += mayUse ? 0 : 1;
        }
      }
    }
    assertThat(allowed).as("seed %d", seed).isBetween(1000, POLICIES * QUESTIONS - 1000);
    assertThat(limited).as("seed %d", seed).isPositive();
  }

  private static boolean naive(
      AccessState state,
      Principal principal,
      Operation operation,
      Resource resource,
      Optional<String> source) {
    User user = state.users().get(principal.name());
    if (principal.name().equals("anonymous") || user != null && !user.enabled()) {
      return false;
    }
    Set<String> grantees = new HashSet<>(Set.of("*", principal.name()));
    Set<String> roles = new HashSet<>(principal.roles());
    if (user != null) {
      roles.addAll(user.roles());
    }
    roles.forEach(role -> grantees.add("role:" + role));
    Stream<Permission> ofRoles =
        roles.stream()
            .flatMap(role -> ShippedRole.find(role).stream())
            .flatMap(role -> role.permissions().stream());
    Stream<Permission> ofRules =
        state.rules().stream()
            .filter(rule -> grantees.contains(rule.grantee()))
            .map(Rule::permission);
    return Stream.concat(ofRoles, ofRules)
            .anyMatch(each -> matches(each, operation, resource, source, principal))
        && (principal.scope().isEmpty()
            || principal.scope().stream()
                .anyMatch(each -> matches(each, operation, resource, source, principal)));
  }

  private static boolean matches(
      Permission permission,
      Operation operation,
      Resource resource,
      Optional<String> source,
      Principal principal) {
    return covers(permission, operation, resource)
        && (source.isEmpty()
            || permission.source().isEmpty()
            || permission
                .source()
                .map(
                    each ->
                        each.toString().equals("$principal")
                            ? new NamePattern(principal.name(), false)
                            : each)
                .orElseThrow()
                .matches(source.get()));
  }

  private static boolean covers(Permission permission, Operation operation, Resource resource) {
    boolean internal = resource.name().startsWith("__") && resource.kind() == Kind.TOPIC;
    boolean shown =
        !internal
            || !permission.resource().isPrefix()
            || permission.resource().text().startsWith("__");
    boolean implied =
        operation == permission.operation()
            || operation == Operation.DESCRIBE && resource.kind() != Kind.BROKER;
    return permission.kind() == resource.kind()
        && implied
        && permission.resource().matches(resource.name())
        && shown;
  }

  private AccessState state() {
    SortedMap<String, User> users = new TreeMap<>();
    for (String name : NAMES) {
      if (random.nextInt(3) > 0) {
        users.put(name, new User(name, roles(), random.nextInt(5) > 0, List.of()));
      }
    }
    List<Rule> rules = new ArrayList<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      String grantee =
          switch (random.nextInt(5)) {
            case 0 -> "*";
            case 1 -> "role:" + any(ROLES.toArray(String[]::new));
            default -> any("alice", "bob", "carol", "dave");
          };
      rules.add(new Rule(grantee, permission()));
    }
    return AccessState.empty(new byte[32]).withUsers(users).withRules(rules);
  }

  private Permission permission() {
    while (true) {
      Kind kind = any(Kind.values());
      Operation operation = random.nextBoolean() ? Operation.WRITE : any(Operation.values());
      if (operation.appliesTo(kind)) {
        boolean limits = operation == Operation.WRITE && random.nextInt(3) > 0;
        return new Permission(
            operation,
            kind,
            kind == Kind.BROKER ? new NamePattern("", false) : pattern(),
            limits ? Optional.of(source()) : Optional.empty());
      }
    }
  }

  private NamePattern source() {
    return random.nextInt(4) == 0 ? new NamePattern("$principal", false) : pattern();
  }

  private NamePattern pattern() {
    boolean prefix = random.nextInt(3) > 0;
    String name = name();
    return new NamePattern(
        prefix ? name.substring(0, random.nextInt(name.length())) : name, prefix);
  }

  /** A name of few letters, so that names are often equal or prefixes of each other. */
  private String name() {
    if (random.nextInt(10) == 0) {
      return any("alice", "bob", "carol");
    }
    StringBuilder name = new StringBuilder(random.nextInt(6) == 0 ? "__" : "");
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      name.append(any("a", "b", "_", "-"));
    }
    return name.toString();
  }

  private Principal principal() {
    List<Permission> scope = new ArrayList<>();
    for (int i = random.nextInt(3) == 0 ? random.nextInt(5) : 0; i > 0; i--) {
      scope.add(permission());
    }
    return new Principal(
        any("alice", "bob", "carol", "dave", "erin", "anonymous", "a"),
        random.nextInt(4) == 0 ? roles() : Set.of(),
        scope);
  }

  private Set<String> roles() {
    Set<String> roles = new HashSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      roles.add(any(ROLES.toArray(String[]::new)));
    }
    return roles;
  }

  @SafeVarargs
  private <T> T any(T... values) {
    return values[random.nextInt(values.length)];
  }
}
