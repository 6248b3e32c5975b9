package io.millrace.embedded;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets changes of a storage run in parallel, and none while the storage is copied. Any thread. */
final class Pause {

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Runs a change of the storage. */
  <T> T change(Supplier<T> change) {
    lock.readLock().lock();
    try {
      return change.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Runs a change of the storage. */
  void change(Runnable change) {
    lock.readLock().lock();
    try {
      change.run();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Runs a task during which the storage does not change. */
  void hold(Runnable task) {
    lock.writeLock().lock();
    try {
      task.run();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
