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
}
