package io.millrace.cli.produce;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ReceiptCounter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the user on standard error that events were sent and the broker acknowledges none: after 3
 * s, and then ever less often. {@link #check} is for one thread, which {@link #start} makes.
 */
final class ReceiptWatch implements AutoCloseable {

  private static final long FIRST_SECONDS = 3;
  private static final long LONGEST_PAUSE_SECONDS = 60;

  private final ReceiptCounter receipts;
  private final Notices notices;
  private final boolean overProgress;
  private ScheduledExecutorService timer;

  private long lastCount;
  private long lastNanos;
  private long nextSeconds = FIRST_SECONDS;

  /**
   * @param overProgress whether a line of progress may be there, which a notice replaces
   * @param nowNanos as {@link System#nanoTime()} counts
   */
  ReceiptWatch(ReceiptCounter receipts, Notices notices, boolean overProgress, long nowNanos) {
    this.receipts = receipts;
    this.notices = notices;
    this.overProgress = overProgress;
    this.lastNanos = nowNanos;
  }

  /** Starts a watch that checks once a second. The caller closes it. */
  static ReceiptWatch start(ReceiptCounter receipts, Notices notices, boolean overProgress) {
    ReceiptWatch watch = new ReceiptWatch(receipts, notices, overProgress, System.nanoTime());
    watch.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "millrace-receipt-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.timer.scheduleWithFixedDelay(
        () -> watch.check(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
    return watch;
  }

  /** Compares the receipts with those of the last check. */
  void check(long nowNanos) {
    long count = receipts.events();
    long pending = receipts.pending();
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - lastNanos);
    if (count != lastCount || pending == 0) {
      if (nextSeconds != FIRST_SECONDS && pending > 0) {
        say("the broker acknowledges events again after " + seconds + " s");
      }
      lastCount = count;
      lastNanos = nowNanos;
      nextSeconds = FIRST_SECONDS;
    } else if (seconds >= nextSeconds) {
      nextSeconds = seconds + Math.min(seconds, LONGEST_PAUSE_SECONDS);
      say(
          Plural.of(pending, "event")
              + " sent, and the broker has acknowledged none for "
              + seconds
              + " s; still waiting");
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void say(String message) {
    notices.say(message, overProgress);
  }
}
