package io.millrace.security;

import io.millrace.security.Resource.Kind;
import java.util.Objects;
import java.util.Optional;

/**
 * An operation that a rule allows on the resources that match a pattern.
 *
 * @param operation is one of the operations of the kind
 * @param kind of the resources
 * @param resource the pattern of their names; of the broker, the empty name
 * @param source for {@code WRITE} on topics: the sources that the events may have; empty: any. The
 *     source {@code $principal} stands for the name of the principal
 */
public record Permission(
    Operation operation, Kind kind, NamePattern resource, Optional<NamePattern> source) {

  public Permission {
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(source, "source");
    if (!operation.appliesTo(kind)) {
      throw new IllegalArgumentException(operation.text() + " does not exist for " + kind.text());
    }
    if (source.isPresent() && operation != Operation.WRITE) {
      throw new IllegalArgumentException("only write has a source");
    }
  }

  /**
   * Whether the permission allows an operation on a resource. A prefix matches the name of an
   * internal topic only if it begins with {@value TopicPattern#INTERNAL_PREFIX} itself, so that
   * {@code topic:*} does not open the topics of the broker.
   */
  boolean covers(Operation wanted, Resource on) {
    return kind == on.kind()
        && operation.implies(wanted, kind)
        && resource.matches(on.name())
        && !hides(on.name());
  }

  private boolean hides(String name) {
    return kind == Kind.TOPIC
        && resource.isPrefix()
        && TopicPattern.isInternal(name)
        && !TopicPattern.isInternal(resource.text());
  }
}
