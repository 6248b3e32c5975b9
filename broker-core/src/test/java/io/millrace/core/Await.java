package io.millrace.core;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits for other threads; fails after a time that is long even on a busy machine. */
final class Await {

  /** The limit of every wait in the tests of this module. */
  static final long LIMIT_SECONDS = 120;

  private Await() {}

  /** The result; throws the exception that the future failed with. */
  static <T> T result(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("not completed", e);
    }
  }

  static void zero(CountDownLatch latch) {
    try {
      require(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS), latch);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the other threads of a barrier. */
  static void barrier(CyclicBarrier barrier) {
    try {
      barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes permits that other threads release. */
  static void permits(Semaphore semaphore, int count) {
    try {
      require(semaphore.tryAcquire(count, LIMIT_SECONDS, TimeUnit.SECONDS), semaphore);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Spins until a condition holds. */
  static void until(String condition, BooleanSupplier holds) {
    long began = System.nanoTime();
    while (!holds.getAsBoolean()) {
      require(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(LIMIT_SECONDS), condition);
      Thread.onSpinWait();
    }
  }

  private static void require(boolean inTime, Object awaited) {
    if (!inTime) {
      throw new AssertionError("not in " + LIMIT_SECONDS + " s: " + awaited);
    }
  }
}
