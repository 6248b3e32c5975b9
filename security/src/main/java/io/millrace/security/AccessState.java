package io.millrace.security;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All users, tokens and rules of a broker. Immutable.
 *
 * @param users by name
 * @param tokens by id
 * @param rules in the order in which they were added, without duplicates
 * @param secret 32 random bytes of this broker, from which the answers for unknown users are made
 */
public record AccessState(
    SortedMap<String, User> users,
    SortedMap<String, ApiToken> tokens,
    List<Rule> rules,
    byte[] secret) {

  public AccessState {
    users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
    tokens = Collections.unmodifiableSortedMap(new TreeMap<>(tokens));
    rules = List.copyOf(rules);
  }

  /** The state of a new broker. */
  public static AccessState empty(byte[] secret) {
    return new AccessState(new TreeMap<>(), new TreeMap<>(), List.of(), secret);
  }

  /** This state with other users. */
  public AccessState withUsers(SortedMap<String, User> others) {
    return new AccessState(others, tokens, rules, secret);
  }

  /** This state with other tokens. */
  public AccessState withTokens(SortedMap<String, ApiToken> others) {
    return new AccessState(users, others, rules, secret);
  }

  /** This state with other rules. */
  public AccessState withRules(List<Rule> others) {
    return new AccessState(users, tokens, others, secret);
  }
}
