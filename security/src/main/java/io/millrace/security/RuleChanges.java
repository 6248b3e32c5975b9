package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The changes of rules, as functions from state to state. Stateless. */
public final class RuleChanges {

  private RuleChanges() {}

  /** Adds rules. Reports the number of those that did not exist. */
  public static Function<AccessState, Changed> add(List<Rule> added) {
    return state -> {
      Set<Rule> rules = new LinkedHashSet<>(state.rules());
      rules.addAll(added);
      int count = rules.size() - state.rules().size();
      return new Changed(count == 0 ? state : state.withRules(List.copyOf(rules)), count);
    };
  }

  /**
   * Removes rules: all or none.
   *
   * @param force whether to make the change although no administrator remains
   * @throws AccessException {@code INVALID_RULE} if one does not exist; {@code INVALID_REQUEST} if
   *     no administrator remains
   */
  public static Function<AccessState, Changed> remove(List<Rule> removed, boolean force) {
    return state -> {
      List<Rule> rules = new ArrayList<>(state.rules());
      for (Rule rule : Set.copyOf(removed)) {
        if (!rules.remove(rule)) {
          throw new AccessException(
              ErrorCode.INVALID_RULE,
              "there is no rule '"
                  + RuleText.format(rule)
                  + "'; 'millrace acl list' shows the rules: none was removed");
        }
      }
      AccessState after = state.withRules(rules);
      Administrators.requireRemaining(state, after, force);
      return new Changed(after, state.rules().size() - rules.size());
    };
  }
}
