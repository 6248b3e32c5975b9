package io.millrace.storage.mapped.file;

/** Runs tasks that are not urgent, one at a time. Any thread. */
@FunctionalInterface
public interface Timer {

  /** Runs a task once, after a delay in nanoseconds, unless the storage is closed before. */
  void after(long nanos, Runnable work);
}
