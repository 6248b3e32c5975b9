package io.millrace.server;

import io.millrace.security.ApiToken;
import io.millrace.security.ScramMechanism;
import io.millrace.security.TokenText;
import io.millrace.security.User;
import io.millrace.security.scram.PasswordVerifier;
import io.millrace.server.security.AccessStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds users and tokens to a broker of a test. */
record AccessUsers(AccessStore access) {

  static AccessUsers of(MillraceServer server) {
    return new AccessUsers(server.access());
  }

  AccessUsers add(String name, String password, String... roles) {
    return put(
        new User(
            name,
            Set.of(roles),
            true,
            Arrays.stream(ScramMechanism.values())
                .map(each -> PasswordVerifier.of(each, password.toCharArray()))
                .toList()));
  }

  AccessUsers disable(String name) {
    User user = access.current().users().get(name);
    return put(new User(name, user.roles(), false, user.verifiers()));
  }

  AccessUsers remove(String name) {
    access.change(
        state -> {
          SortedMap<String, User> users = new TreeMap<>(state.users());
          users.remove(name);
          return state.withUsers(users);
        });
    return this;
  }

  private AccessUsers put(User user) {
    access.change(
        state -> {
          SortedMap<String, User> users = new TreeMap<>(state.users());
          users.put(user.name(), user);
          return state.withUsers(users);
        });
    return this;
  }

  /** Adds a token, and returns its text. */
  String token(String user, long expiresAtMicros) {
    TokenText.NewToken token = TokenText.create(new SecureRandom());
    access.change(
        state -> {
          SortedMap<String, ApiToken> tokens = new TreeMap<>(state.tokens());
          tokens.put(
              token.parsed().id(),
              new ApiToken(
                  token.parsed().id(),
                  "test",
                  user,
                  token.parsed().secretHash(),
                  0,
                  expiresAtMicros,
                  List.of()));
          return state.withTokens(tokens);
        });
    return token.text();
  }

  AccessUsers revokeAll() {
    access.change(state -> state.withTokens(new TreeMap<>()));
    return this;
  }
}
