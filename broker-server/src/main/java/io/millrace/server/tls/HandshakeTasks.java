package io.millrace.server.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the long computations of handshakes, such as the check of a client's certificate, so that
 * the event loops own time for partitions. A connection has at most one task. The threads start
 * with the first task, and end when they are idle. Any thread.
 */
final class HandshakeTasks implements Executor, AutoCloseable {

  private static final long IDLE_SECONDS = 60;

  private final ThreadPoolExecutor threads;

  HandshakeTasks() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "millrace-tls-handshake");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
