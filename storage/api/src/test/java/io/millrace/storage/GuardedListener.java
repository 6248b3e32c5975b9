package io.millrace.storage;

/** A listener that gets one call at a time, and none after its end. Any thread. */
public final class GuardedListener implements LogListener {

  private final LogListener listener;
  private boolean ended; // guarded by this

  GuardedListener(LogListener listener) {
    this.listener = listener;
  }

  @Override
  public synchronized void durable(long offset) {
    if (!ended) {
      listener.durable(offset);
    }
  }

  @Override
  public synchronized void failed(StorageException cause) {
    if (!ended) {
      ended = true;
      listener.failed(cause);
    }
  }

  synchronized void end() {
    ended = true;
  }
}
