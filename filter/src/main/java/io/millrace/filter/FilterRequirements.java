package io.millrace.filter;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What every event that matches a filter has, as far as it follows from the filter without JSON,
 * keys and headers. A reader skips batches and segments without such events. An event within the
 * requirements need not match.
 *
 * @param sources the possible sources; empty if any source is possible
 * @param timestamps the possible event times, in microseconds since 1970-01-01T00:00:00Z
 * @param appendTimes the possible append times, in microseconds since 1970-01-01T00:00:00Z
 */
public record FilterRequirements(
    Optional<Set<String>> sources,
    LongRanges timestamps,
    LongRanges appendTimes,
    LongRanges offsets,
    LongRanges partitions) {

  static final FilterRequirements NONE =
      new FilterRequirements(
          Optional.empty(), LongRanges.ALL, LongRanges.ALL, LongRanges.ALL, LongRanges.ALL);
  static final FilterRequirements IMPOSSIBLE =
      new FilterRequirements(
          Optional.of(Set.of()),
          LongRanges.NONE,
          LongRanges.NONE,
          LongRanges.NONE,
          LongRanges.NONE);

  public FilterRequirements {
    sources = sources.map(Set::copyOf);
  }

  /** Whether no event can match. */
  public boolean isImpossible() {
    return sources.filter(Set::isEmpty).isPresent()
        || timestamps.isEmpty()
        || appendTimes.isEmpty()
        || offsets.isEmpty()
        || partitions.isEmpty();
  }

  static FilterRequirements ofSources(Set<String> sources) {
    return new FilterRequirements(
        Optional.of(sources), LongRanges.ALL, LongRanges.ALL, LongRanges.ALL, LongRanges.ALL);
  }

  /** Requirements on one field; none if the field is not one that they know. */
  static FilterRequirements of(Field field, LongRanges numbers) {
    LongRanges all = LongRanges.ALL;
    if (!(field instanceof Field.Fixed fixed)) {
      return NONE;
    }
    return switch (fixed) {
      case TIMESTAMP -> new FilterRequirements(Optional.empty(), numbers, all, all, all);
      case APPEND_TIME -> new FilterRequirements(Optional.empty(), all, numbers, all, all);
      case OFFSET -> new FilterRequirements(Optional.empty(), all, all, numbers, all);
      case PARTITION -> new FilterRequirements(Optional.empty(), all, all, all, numbers);
      case SOURCE, KEY, VALUE, SIZE -> NONE;
    };
  }

  /** What an event has that meets both. */
  FilterRequirements and(FilterRequirements other) {
    return new FilterRequirements(
        intersection(sources, other.sources),
        timestamps.and(other.timestamps),
        appendTimes.and(other.appendTimes),
        offsets.and(other.offsets),
        partitions.and(other.partitions));
  }

  /** What an event has that meets one of both. */
  FilterRequirements or(FilterRequirements other) {
    if (isImpossible()) {
      return other;
    }
    if (other.isImpossible()) {
      return this;
    }
    return new FilterRequirements(
        union(sources, other.sources),
        timestamps.or(other.timestamps),
        appendTimes.or(other.appendTimes),
        offsets.or(other.offsets),
        partitions.or(other.partitions));
  }

  private static Optional<Set<String>> intersection(
      Optional<Set<String>> a, Optional<Set<String>> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.or(() -> b);
    }
    Set<String> both = new HashSet<>(a.get());
    both.retainAll(b.get());
    return Optional.of(both);
  }

  private static Optional<Set<String>> union(Optional<Set<String>> a, Optional<Set<String>> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    Set<String> all = new HashSet<>(a.get());
    all.addAll(b.get());
    return Optional.of(all);
  }
}
