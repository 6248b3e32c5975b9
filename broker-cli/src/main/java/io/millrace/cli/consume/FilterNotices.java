package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.client.FilterCounters;

/**
 * Says what the broker has read for {@code --where}, and why events may not have matched although
 * the user expects it.
 */
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
    if (counters.readBytes() > 0 || counters.skippedBytes() > 0) {
      notices.say(
          "the broker has read "
              + counters.readBytes()
              + " bytes of the log for --where, and has passed over "
              + counters.skippedBytes()
              + " bytes without reading them");
    }
  }

  private void say(long events, String what) {
    if (events > 0) {
      notices.say(events + " of the tested events " + what);
    }
  }
}
