package io.millrace.spring;

import java.time.Duration;

/** Pauses that double from the first to the longest. For one thread. */
final class BackOff {

  private final Duration longest;
  private Duration next;

  BackOff(MillraceProperties.ReconnectBackoff settings) {
    this.next = settings.initial();
    this.longest = settings.max();
  }

  Duration next() {
    Duration pause = next;
    Duration twice = pause.multipliedBy(2);
    next = twice.compareTo(longest) > 0 ? longest : twice;
    return pause;
  }
}
