package io.millrace.group.queue;

import java.util.Objects;

/**
 * An event that is not done and has failed, or waits for a time.
 *
 * @param attempts failed attempts, from 0
 * @param retryAtMicros when it is handed out again, in microseconds since 1970-01-01; 0: at once
 */
public record QueueFailure(long offset, int attempts, long retryAtMicros, QueueFate fate) {

  public QueueFailure {
    Objects.requireNonNull(fate, "fate");
  }
}
