package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import java.util.concurrent.CompletableFuture;

/**
 * A reader of a partition for a caller that asks for one slice after the other, such as a fetch
 * request on a connection. A read that begins where the previous read has ended needs no search in
 * the index, so on a log in memory it waits for no thread. Every other offset is allowed, and costs
 * as much as {@link Partition#read}.
 *
 * <p>Between two reads, a cursor keeps its place in the log. It keeps no mapping and no thread. A
 * partition keeps the places of {@value IdleReaders#MAX} idle cursors; a cursor whose place was
 * given up, or whose log was opened again, searches the log. Any thread. Reads of one cursor may
 * overlap; then only one of them keeps the place.
 */
public final class FetchCursor implements AutoCloseable {

  private final ServedLog served;
  private volatile boolean closed;

  FetchCursor(ServedLog served) {
    this.served = served;
  }

  /**
   * Reads one slice, as {@link Partition#read}.
   *
   * @throws IllegalStateException if the cursor is closed
   */
  public CompletableFuture<PartitionSlice> read(
      long offset, int maxBytes, IsolationLevel isolation) {
    if (closed) {
      throw new IllegalStateException("the cursor is closed; open another one to read on");
    }
    return served.now().reads().read(this, offset, maxBytes, isolation);
  }

  boolean isClosed() {
    return closed;
  }

  /** Gives up the place. Slices stay valid. Repeated calls do nothing. */
  @Override
  public void close() {
    closed = true;
    served.now().reads().idle().drop(this);
  }
}
