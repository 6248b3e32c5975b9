package io.millrace.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The readers of one open log that cursors keep between two reads. Their number is limited. At the
 * limit, the reader that has been idle for longest is closed. A reader is small and holds no
 * mapping. Any thread; the lock is taken twice for each slice.
 */
final class IdleReaders {

  /** Most readers of one partition that are kept. */
  static final int MAX = 256;

  private final Map<FetchCursor, PartitionReader> idle = new LinkedHashMap<>();
  private boolean closed;

  /** Takes the reader kept for this cursor; the caller owns it. Null if none. */
  synchronized PartitionReader take(FetchCursor cursor) {
    return idle.remove(cursor);
  }

  /** Keeps a reader until the next read of the cursor; closes it if no more readers are kept. */
  synchronized void keep(FetchCursor cursor, PartitionReader reader) {
    if (closed || cursor.isClosed() || idle.containsKey(cursor)) {
      reader.close();
      return;
    }
    idle.put(cursor, reader);
    if (idle.size() > MAX) {
      Iterator<PartitionReader> longestIdle = idle.values().iterator();
      longestIdle.next().close();
      longestIdle.remove();
    }
  }

  /** Closes the reader kept for this cursor. Call after the cursor is closed. */
  synchronized void drop(FetchCursor cursor) {
    PartitionReader reader = idle.remove(cursor);
    if (reader != null) {
      reader.close();
    }
  }

  /** Closes every reader; none is kept from now on. */
  synchronized void close() {
    closed = true;
    idle.values().forEach(PartitionReader::close);
    idle.clear();
  }
}
