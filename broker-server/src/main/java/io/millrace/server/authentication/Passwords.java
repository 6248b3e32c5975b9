package io.millrace.server.authentication;

import io.millrace.security.AccessState;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import io.millrace.security.User;
import io.millrace.security.scram.PasswordVerifier;
import io.millrace.security.scram.UnknownUsers;
import io.millrace.server.security.AccessStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The verifiers of the users' passwords, and one for every other name, so that nobody can see which
 * users exist. Any thread.
 */
final class Passwords {

  /** What is computed once for a state. */
  private record Known(
      AccessState state, UnknownUsers unknown, Map<ScramMechanism, Integer> iterations) {

    static Known of(AccessState state) {
      Map<ScramMechanism, Integer> iterations = new EnumMap<>(ScramMechanism.class);
      for (User user : state.users().values()) {
        user.verifiers()
            .forEach(each -> iterations.putIfAbsent(each.mechanism(), each.iterations()));
      }
      return new Known(state, new UnknownUsers(state.secret()), iterations);
    }

    int iterationsOf(ScramMechanism mechanism) {
      return iterations.getOrDefault(mechanism, ScramVerifier.DEFAULT_ITERATIONS);
    }
  }

  private final AccessStore access;
  private volatile Known known;

  Passwords(AccessStore access) {
    this.access = access;
    this.known = Known.of(access.current());
  }

  /** The state now. */
  AccessState state() {
    return access.current();
  }

  /** The verifier of a user, or one whose password nobody knows. */
  ScramVerifier verifier(ScramMechanism mechanism, String name) {
    Known now = known();
    // Always computed, so that the answer for a user takes as long.
    ScramVerifier unknown = now.unknown().verifier(mechanism, name, now.iterationsOf(mechanism));
    return ofUser(now.state(), mechanism, name).orElse(unknown);
  }

  /** Whether a user may log in with this password. Runs PBKDF2: never on an event loop. */
  boolean matches(String name, char[] password) {
    Known now = known();
    User user = now.state().users().get(name);
    ScramMechanism mechanism =
        user == null || user.verifiers().isEmpty()
            ? ScramMechanism.SHA_256
            : user.verifiers().get(0).mechanism();
    boolean right = PasswordVerifier.matches(verifier(mechanism, name), password);
    return right && Login.isEnabled(now.state(), name);
  }

  private static Optional<ScramVerifier> ofUser(
      AccessState state, ScramMechanism mechanism, String name) {
    User user = state.users().get(name);
    return user == null
        ? Optional.empty()
        : user.verifiers().stream().filter(each -> each.mechanism() == mechanism).findFirst();
  }

  private Known known() {
    Known now = known;
    AccessState state = access.current();
    if (now.state() != state) {
      now = Known.of(state);
      known = now;
    }
    return now;
  }
}
