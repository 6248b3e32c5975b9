package io.millrace.storage.mapped.file;

/** Runs work that is not urgent, one piece at a time. Any thread. */
@FunctionalInterface
public interface Timer {

  /** Runs this once, after so many nanoseconds; never once the storage is closed. */
  void after(long nanos, Runnable work);
}
