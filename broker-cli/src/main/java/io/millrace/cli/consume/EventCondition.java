package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.client.ConsumedEvent;
import io.millrace.filter.Filter;
import io.millrace.filter.FilterMatcher;
import io.millrace.filter.FilterRequirements;
import java.util.Optional;
import java.util.Set;

/**
 * Tests consumed events with the filter of {@code --where}; without one, all match. The command
 * tests them, not the broker; the broker only leaves out batches without the sources that the
 * filter demands. Used by one thread.
 */
final class EventCondition {

  /** A subscription names no more sources. */
  private static final int MAX_SOURCES = 1024;

  private static final String[] ANY_SOURCE = {};

  private final Optional<FilterRequirements> requirements;
  private final Optional<FilterMatcher> matcher;
  private final FilteredEvent event = new FilteredEvent();

  EventCondition(Optional<Filter> filter) {
    this.requirements = filter.map(Filter::requirements);
    this.matcher = filter.map(Filter::newMatcher);
  }

  /** The only sources that matching events can have; empty if any source is possible. */
  String[] sources() {
    Set<String> sources = requirements.flatMap(FilterRequirements::sources).orElse(Set.of());
    return sources.size() > MAX_SOURCES ? ANY_SOURCE : sources.toArray(ANY_SOURCE);
  }

  boolean matches(ConsumedEvent consumed) {
    return matcher.isEmpty() || matcher.get().matches(event.of(consumed));
  }

  /** Says why tested events may not have matched although the user expects it. */
  void sayWhatDidNotFit(Notices notices) {
    matcher.ifPresent(tested -> sayWhatDidNotFit(tested, notices));
  }

  private static void sayWhatDidNotFit(FilterMatcher matcher, Notices notices) {
    say(notices, matcher.notJson(), "had a value that is not JSON where --where reads it");
    say(
        notices,
        matcher.typeMismatches(),
        "had a value of another type than --where compares it with; such a comparison does not"
            + " hold");
    say(
        notices,
        matcher.patternsSkipped(),
        "had a text that is too long for the regular expression of --where; it does not match");
  }

  private static void say(Notices notices, long tests, String what) {
    if (tests > 0) {
      notices.say(tests + " of the tested events " + what);
    }
  }
}
