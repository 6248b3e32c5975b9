package io.millrace.security;

import io.millrace.security.Resource.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The rules of one grantee, or the permissions of a token, indexed for decisions. Immutable. */
final class Grants {

  private static final int OPERATIONS = Operation.values().length;

  /** By kind and operation, with the implied operations; null: no rule. */
  private final NameIndex[] indexes = new NameIndex[Kind.values().length * OPERATIONS];

  /** The rules to write without a source; null: none. */
  private final NameIndex anySource;

  /** The rules to write with a source; null: none. */
  private final NameIndex limitedSource;

  Grants(List<Rule> rules) {
    Map<Kind, Map<Operation, List<Rule>>> byOperation = new EnumMap<>(Kind.class);
    List<Rule> any = new ArrayList<>();
    List<Rule> limited = new ArrayList<>();
    for (Rule rule : rules) {
      Permission permission = rule.permission();
      Map<Operation, List<Rule>> ofKind =
          byOperation.computeIfAbsent(permission.kind(), kind -> new EnumMap<>(Operation.class));
      for (Operation operation : Operation.values()) {
        if (permission.operation().implies(operation, permission.kind())) {
          ofKind.computeIfAbsent(operation, each -> new ArrayList<>()).add(rule);
        }
      }
      if (permission.operation() == Operation.WRITE) {
        (permission.source().isPresent() ? limited : any).add(rule);
      }
    }
    byOperation.forEach(
        (kind, ofKind) ->
            ofKind.forEach(
                (operation, of) ->
                    indexes[at(kind, operation)] = NameIndex.of(of, kind == Kind.TOPIC)));
    anySource = any.isEmpty() ? null : NameIndex.of(any, true);
    limitedSource = limited.isEmpty() ? null : NameIndex.of(limited, true);
  }

  /** A rule that allows the operation; null: none does. */
  Rule find(Operation operation, Resource resource) {
    NameIndex index = indexes[at(resource.kind(), operation)];
    return index == null ? null : index.first(resource.name());
  }

  /** Whether one rule allows the operation on every resource whose name begins with a text. */
  boolean coversPrefix(Operation operation, Kind kind, String text) {
    NameIndex index = indexes[at(kind, operation)];
    return index != null && index.coversPrefix(text);
  }

  /** Whether a rule has a source. */
  boolean limitsSources() {
    return limitedSource != null;
  }

  /** Whether a rule allows to write events of every source to the topic. */
  boolean allowsAnySource(String topic) {
    return anySource != null && anySource.first(topic) != null;
  }

  /** Adds the rules that allow to write events of some sources to the topic. */
  void addLimitedSources(String topic, List<Rule> to) {
    if (limitedSource != null) {
      limitedSource.addAll(topic, to);
    }
  }

  private static int at(Kind kind, Operation operation) {
    return kind.ordinal() * OPERATIONS + operation.ordinal();
  }
}
