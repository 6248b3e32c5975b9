package io.millrace.client.internal.consumer;

import io.millrace.client.EventHandler;
import io.millrace.client.EventProcessingException;
import io.millrace.client.ProcessOptions;
import io.millrace.client.internal.connection.DurationNanos;
import java.util.ArrayList;
import java.util.List;

/** Calls a handler, again after a pause if it fails. Any thread. */
final class HandlerAttempts {

  private final String group;
  private final EventHandler handler;
  private final ProcessOptions options;
  private final Run run;

  /** The run to which the attempts belong. */
  interface Run {

    /**
     * Whether an event that has failed is not tried again, because its partition moves or the run
     * ends. Then no later event of its partition begins.
     */
    boolean giveUpIfStopped(ProcessingTask task);

    /** Waits. Returns false if the event is not tried again. */
    boolean pause(ProcessingTask task, long nanos);

    /** The event failed, and is not tried again, because its partition moves or the run ends. */
    void givenUp(EventProcessingException failure);

    /** The attempts are used up. */
    void failed(EventProcessingException failure);
  }

  HandlerAttempts(String group, EventHandler handler, ProcessOptions options, Run run) {
    this.group = group;
    this.handler = handler;
    this.options = options;
    this.run = run;
  }

  /** Returns whether the event is finished. */
  boolean handle(ProcessingTask task) {
    long pauseNanos = DurationNanos.capped(options.firstPause());
    long longestNanos = DurationNanos.capped(options.longestPause());
    List<Throwable> earlier = new ArrayList<>(0);
    for (int attempt = 1; ; attempt++) {
      try {
        handler.handle(task.event());
        return true;
      } catch (Exception | Error e) {
        if (run.giveUpIfStopped(task)) {
          run.givenUp(failure(task, attempt, e, earlier));
          return false;
        }
        if (attempt == options.attempts() || e instanceof Error) {
          run.failed(failure(task, attempt, e, earlier));
          return false;
        }
        keep(earlier, e);
      }
      if (!run.pause(task, Math.min(pauseNanos, longestNanos))) {
        Throwable last = earlier.remove(earlier.size() - 1);
        run.givenUp(failure(task, attempt, last, earlier));
        return false;
      }
      pauseNanos = Math.min(longestNanos, 2 * pauseNanos);
    }
  }

  /** Keeps the first failures, and the last one. */
  private static void keep(List<Throwable> earlier, Throwable next) {
    if (earlier.size() == EventProcessingException.MAX_SUPPRESSED) {
      earlier.remove(earlier.size() - 1);
    }
    earlier.add(next);
  }

  private EventProcessingException failure(
      ProcessingTask task, int attempts, Throwable cause, List<Throwable> earlier) {
    EventProcessingException failure =
        new EventProcessingException(
            "group '"
                + group
                + "': the handler failed at event "
                + task.event().offset()
                + " of "
                + task.partition().name()
                + " after "
                + attempts
                + (attempts == 1 ? " attempt" : " attempts")
                + ": "
                + cause
                + "; the event is not committed and comes again: correct the handler, retry in"
                + " the options, or catch the exception to skip the event",
            task.event(),
            cause);
    earlier.forEach(failure::addSuppressed);
    return failure;
  }
}
