package io.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** The owner of every partition in a test: the test's own thread, which decides when tasks run. */
final class ManualOwner implements PartitionOwner {

  private final Thread thread = Thread.currentThread();
  private final Runnable awaitIdle;
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  /** Run before a task is queued; an exception refuses the task. */
  volatile Runnable beforeExecute = () -> {};

  /**
   * @param awaitIdle waits until the engine's own threads have nothing to do
   */
  ManualOwner(Runnable awaitIdle) {
    this.awaitIdle = awaitIdle;
  }

  @Override
  public boolean isOwnerThread() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    beforeExecute.run();
    tasks.add(task);
  }

  /** Runs the queued tasks, and those that they queue, directly or by the engine's own threads. */
  void runAll() {
    do {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      awaitIdle.run();
    } while (!tasks.isEmpty());
  }

  /** Runs the next task; false if none is queued. */
  boolean runOne() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /** Runs tasks, waiting for those of other threads, until the condition holds. */
  void runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      runNext();
    }
  }

  /** Runs tasks until another thread has completed the future. */
  void runUntilDone(CompletableFuture<?> future) {
    AtomicBoolean done = new AtomicBoolean();
    future.whenComplete((value, failure) -> execute(() -> done.setPlain(true)));
    runUntil(done::getPlain);
  }

  /** Runs the next task; waits for it where none is queued. */
  void runNext() {
    try {
      Runnable task = tasks.poll(Await.LIMIT_SECONDS, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError("nothing came to the owner in " + Await.LIMIT_SECONDS + " s");
      }
      task.run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a call that would block an owner on a thread of its own, while tasks run. */
  void runAside(Runnable blocking) {
    finish(startAside(blocking));
  }

  /** Starts a call that would block an owner, on a thread of its own. */
  CompletableFuture<Void> startAside(Runnable blocking) {
    CompletableFuture<Void> done = CompletableFuture.runAsync(blocking);
    done.whenComplete((value, failure) -> execute(() -> {}));
    return done;
  }

  /** Runs tasks until a call that was started aside is over. */
  void finish(CompletableFuture<?> aside) {
    runUntil(aside::isDone);
    aside.join();
  }
}
