package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.client.FilterCounters;

/** Says why events may not have matched {@code --where} although the user expects it. */
final class FilterNotices {

  private final Notices notices;

  FilterNotices(Notices notices) {
    this.notices = notices;
  }

  void say(FilterCounters counters) {
    say(counters.notJson(), "had a value that is not JSON where --where reads it");
    say(
        counters.typeMismatches(),
        "had a value of another type than --where compares it with; such a comparison does not"
            + " hold");
    say(
        counters.patternsSkipped(),
        "had a text that is too long for the regular expression of --where; it does not match");
  }

  private void say(long events, String what) {
    if (events > 0) {
      notices.say(events + " of the tested events " + what);
    }
  }
}
