package io.millrace.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A listener that records its calls. Any thread. */
public final class RecordingListener implements LogListener {

  private static final long LIMIT_SECONDS = 120;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Long> durable = new ArrayList<>();
  private final List<String> outOfOrder = new ArrayList<>();
  private StorageException failure;

  @Override
  public void durable(long offset) {
    locked(
        () -> {
          if (failure != null) {
            outOfOrder.add("durable " + offset + " after " + failure);
          }
          if (offset <= last()) {
            outOfOrder.add("durable " + offset + " after durable " + last());
          }
          return durable.add(offset);
        });
  }

  @Override
  public void failed(StorageException cause) {
    locked(
        () -> {
          if (failure != null) {
            outOfOrder.add(cause + " after " + failure);
          }
          failure = cause;
          return true;
        });
  }

  /** The offsets, in the order of the calls. */
  public List<Long> durable() {
    return locked(() -> List.copyOf(durable));
  }

  /** The offset of the last call; 0 before the first. */
  public long lastDurable() {
    return locked(this::last);
  }

  private long last() {
    return durable.isEmpty() ? 0 : durable.get(durable.size() - 1);
  }

  /** The calls that the contract of the listener forbids, in words; usually none. */
  public List<String> outOfOrder() {
    return locked(() -> List.copyOf(outOfOrder));
  }

  /** The failure of the log, or null. */
  public StorageException failure() {
    return locked(() -> failure);
  }

  /** Waits until an offset is durable. */
  public void awaitDurable(long offset) {
    lock.lock();
    try {
      long nanos = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (offset > 0 && lastDurable() < offset) {
        if (nanos <= 0) {
          throw new AssertionError("durable is " + durable + ", expected " + offset);
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      changed.signalAll();
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
