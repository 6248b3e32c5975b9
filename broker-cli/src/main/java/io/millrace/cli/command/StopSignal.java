package io.millrace.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets a command end in an orderly way after SIGINT or SIGTERM. After such a signal, the JVM runs
 * the shutdown hook of this class and then exits with 128 plus the signal's number. The hook waits
 * until the command has closed this object, for at most 60 s.
 */
public final class StopSignal implements AutoCloseable {

  /**
   * Longer than the server's default drain timeout. A command that hangs must not block the exit.
   */
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final Consumer<StopSignal> onStop;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "millrace-stop");
  private volatile boolean raised;

  private StopSignal(Consumer<StopSignal> onStop) {
    this.onStop = onStop;
  }

  /**
   * Installs the hook. The caller closes the returned object when the command has ended.
   *
   * @param onStop called once, on the hook's thread. It tells the command to end. If the command
   *     may be blocked, it closes the {@code StopSignal} itself
   */
  public static StopSignal install(Consumer<StopSignal> onStop) {
    StopSignal signal = new StopSignal(onStop);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Whether the process has received a signal to stop. */
  public boolean raised() {
    return raised;
  }

  /** Tells the hook that the command has ended and printed its output. Can be called again. */
  @Override
  public void close() {
    closed.countDown();
    if (raised) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is already shutting down; the hook finds the latch open.
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
        System.err.println(
            "millrace: the command did not end within "
                + LONGEST_WAIT_SECONDS
                + " s after the signal; the process exits now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
