package io.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.UserChanges.Alteration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AccessChangesTest {

  private static final long DAY_MICROS = 86_400_000_000L;
  private static final long NOW_MICROS = 1_800_000_000_000_000L;

  private static final ScramVerifier VERIFIER =
      new ScramVerifier(ScramMechanism.SHA_256, new byte[16], 4096, new byte[32], new byte[32]);

  private AccessState state = AccessState.empty(new byte[32]);

  private int apply(Function<AccessState, Changed> change) {
    Changed changed = change.apply(state);
    state = changed.state();
    return changed.count();
  }

  private static User user(String name, String... roles) {
    return new User(name, Set.of(roles), true, List.of(VERIFIER));
  }

  private static Alteration roles(String... roles) {
    return new Alteration(List.of(), Optional.of(Set.of(roles)), Optional.empty());
  }

  private static final Alteration DISABLE =
      new Alteration(List.of(), Optional.empty(), Optional.of(false));

  private static ApiToken token(String id, String user, long createdAt, long expiresAt) {
    return new ApiToken(id, "ci", user, new byte[32], createdAt, expiresAt, List.of());
  }

  private static List<Rule> rules(String grantee, String... permissions) {
    return List.of(permissions).stream().map(text -> RuleText.parse(grantee, text)).toList();
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOfSatisfying(AccessException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void alterationChangesWhatItNamesOnly() {
    apply(UserChanges.create(user("anna", "viewer")));

    apply(UserChanges.alter("anna", DISABLE, false));
    assertThat(state.users().get("anna"))
        .isEqualTo(new User("anna", Set.of("viewer"), false, List.of(VERIFIER)));

    apply(UserChanges.alter("anna", roles("producer"), false));
    assertThat(state.users().get("anna"))
        .isEqualTo(new User("anna", Set.of("producer"), false, List.of(VERIFIER)));
  }

  @Test
  void nameIsTakenOnce() {
    apply(UserChanges.create(user("anna")));

    assertRefused(ErrorCode.USER_EXISTS, () -> apply(UserChanges.create(user("anna", "admin"))));
    assertThat(state.users().get("anna").roles()).isEmpty();
  }

  @Test
  void deletedUserLeavesNothingToALaterUserOfItsName() {
    apply(UserChanges.create(user("anna")));
    apply(TokenChanges.create(token("a", "anna", NOW_MICROS, 0)));
    apply(RuleChanges.add(rules("anna", "read topic:rides")));
    apply(RuleChanges.add(rules("role:anna", "read topic:rides")));

    UserChanges.Deleted deleted = UserChanges.delete("anna", false).apply(state);

    assertThat(deleted.tokens()).isEqualTo(1);
    assertThat(deleted.rules()).isEqualTo(1);
    assertThat(deleted.state().tokens()).isEmpty();
    assertThat(deleted.state().rules()).isEqualTo(rules("role:anna", "read topic:rides"));
    state = deleted.state();
    assertThat(apply(UserChanges.create(user("anna")))).isZero();
  }

  @Test
  void anAdministratorByARuleCounts() {
    apply(UserChanges.create(user("root", "admin")));
    apply(UserChanges.create(user("anna", "fleet")));
    assertRefused(
        ErrorCode.INVALID_REQUEST, () -> apply(UserChanges.alter("root", DISABLE, false)));

    apply(RuleChanges.add(rules("role:fleet", "admin broker")));
    apply(UserChanges.alter("root", DISABLE, false));

    assertRefused(
        ErrorCode.INVALID_REQUEST,
        () -> apply(RuleChanges.remove(rules("role:fleet", "admin broker"), false)));
    apply(RuleChanges.remove(rules("role:fleet", "admin broker"), true));
  }

  @Test
  void administratorWithoutAPasswordDoesNotCount() {
    apply(UserChanges.create(new User("machine", Set.of("admin"), true, List.of())));
    apply(UserChanges.alter("machine", roles(), false)); // there was none before

    apply(UserChanges.create(new User("machine-2", Set.of("admin"), true, List.of())));
    apply(UserChanges.create(user("root", "admin")));
    assertRefused(ErrorCode.INVALID_REQUEST, () -> UserChanges.delete("root", false).apply(state));
  }

  @Test
  void newTokenForgetsThoseThatExpiredLongAgo() {
    apply(UserChanges.create(user("anna")));
    apply(UserChanges.create(user("bob")));
    long old = NOW_MICROS - 100 * DAY_MICROS;
    apply(TokenChanges.create(token("never", "anna", old, 0)));
    apply(TokenChanges.create(token("long", "anna", old, NOW_MICROS - 31 * DAY_MICROS)));
    apply(TokenChanges.create(token("lately", "anna", old, NOW_MICROS - 29 * DAY_MICROS)));
    apply(TokenChanges.create(token("of-bob", "bob", old, NOW_MICROS - 31 * DAY_MICROS)));

    apply(TokenChanges.create(token("new", "anna", NOW_MICROS, 0)));

    assertThat(state.tokens()).containsOnlyKeys("never", "lately", "of-bob", "new");
  }

  @Test
  void tokensOfOneUserAreLimited() {
    apply(UserChanges.create(user("anna")));
    apply(UserChanges.create(user("bob")));
    for (int i = 0; i < TokenChanges.MAX_PER_USER; i++) {
      assertThat(apply(TokenChanges.create(token("t" + i, "anna", NOW_MICROS, 0))))
          .isEqualTo(i + 1);
    }

    assertRefused(
        ErrorCode.LIMIT_REACHED,
        () -> apply(TokenChanges.create(token("more", "anna", NOW_MICROS, 0))));
    apply(TokenChanges.create(token("of-bob", "bob", NOW_MICROS, 0)));
  }

  @Test
  void idOfATokenIsNotUsedTwice() {
    apply(UserChanges.create(user("anna")));
    apply(UserChanges.create(user("bob")));
    apply(TokenChanges.create(token("a", "anna", NOW_MICROS, 0)));

    assertRefused(
        ErrorCode.INTERNAL, () -> apply(TokenChanges.create(token("a", "bob", NOW_MICROS, 0))));
  }

  @Test
  void tokenOfAnotherUserDoesNotExist() {
    apply(UserChanges.create(user("anna")));
    apply(TokenChanges.create(token("a", "anna", NOW_MICROS, 0)));

    assertRefused(ErrorCode.UNKNOWN_TOKEN, () -> apply(TokenChanges.revoke("a", token -> false)));
    apply(TokenChanges.revoke("a", token -> true));
    assertRefused(ErrorCode.UNKNOWN_TOKEN, () -> apply(TokenChanges.revoke("a", token -> true)));
  }

  @Test
  void rulesThatExistChangeNothing() {
    apply(RuleChanges.add(rules("anna", "read topic:a", "read topic:b")));
    AccessState before = state;

    assertThat(apply(RuleChanges.add(rules("anna", "read topic:b")))).isZero();
    assertThat(state).isSameAs(before);
    assertThat(apply(RuleChanges.add(rules("anna", "read topic:b", "read topic:c")))).isEqualTo(1);
    assertThat(state.rules())
        .isEqualTo(rules("anna", "read topic:a", "read topic:b", "read topic:c"));
  }

  @Test
  void rulesAreRemovedTogetherOrNotAtAll() {
    apply(RuleChanges.add(rules("anna", "read topic:a", "read topic:b")));

    assertRefused(
        ErrorCode.INVALID_RULE,
        () -> apply(RuleChanges.remove(rules("anna", "read topic:a", "read topic:x"), false)));
    assertThat(apply(RuleChanges.remove(rules("anna", "read topic:a", "read topic:a"), false)))
        .isEqualTo(1);
    assertThat(state.rules()).isEqualTo(rules("anna", "read topic:b"));
  }
}
