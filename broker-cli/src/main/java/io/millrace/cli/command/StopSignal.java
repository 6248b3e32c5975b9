package io.millrace.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets a command end in order when the process is told to stop (SIGINT, SIGTERM). The JVM, which
 * exits with 128 and the signal's number by itself, waits until the command has closed this.
 */
public final class StopSignal implements AutoCloseable {

  /** A drain may take its timeout; a command that hangs must not keep the process for ever. */
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final Consumer<StopSignal> onStop;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "millrace-stop");
  private volatile boolean raised;

  private StopSignal(Consumer<StopSignal> onStop) {
    this.onStop = onStop;
  }

  /**
   * From now on a signal is told.
   *
   * @param onStop called once, on a thread of its own; makes the command come to its end, or closes
   *     the signal where that may be too late
   */
  public static StopSignal install(Consumer<StopSignal> onStop) {
    StopSignal signal = new StopSignal(onStop);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Whether the process was told to stop. */
  public boolean raised() {
    return raised;
  }

  /** The command has come to its end and printed what it had to. */
  @Override
  public void close() {
    closed.countDown();
    if (raised) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is on its way down already; the hook finds the latch open.
      raised = true;
    }
  }

  private void stop() {
    if (closed.getCount() == 0) {
      return;
    }
    raised = true;
    onStop.accept(this);
    try {
      if (!closed.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("millrace: stopped before the command had come to its end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
