package io.millrace.storage.mapped.file;

import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many sealed segments of a storage are mapped at a time: address space and file descriptors
 * are finite. The one unused longest is unmapped first. Any thread.
 */
public final class MappingLimit {

  private final int limit;
  private final Set<SegmentFile> mapped = Collections.newSetFromMap(new IdentityHashMap<>());
  // Counts mappings, not time: exact enough to find the least recently used, and free to read.
  private final AtomicLong clock = new AtomicLong();

  public MappingLimit(int limit) {
    this.limit = limit;
  }

  long now() {
    return clock.get();
  }

  /** A file that may be unmapped was mapped. Not called under any file's lock. */
  void used(SegmentFile file) {
    SegmentFile evicted = admit(file);
    if (evicted != null) {
      evicted.unmap();
    }
  }

  private synchronized SegmentFile admit(SegmentFile file) {
    file.usedAt(clock.incrementAndGet());
    mapped.add(file);
    if (mapped.size() <= limit) {
      return null;
    }
    SegmentFile oldest =
        mapped.stream().min(Comparator.comparingLong(SegmentFile::lastUse)).orElseThrow();
    mapped.remove(oldest);
    return oldest;
  }

  synchronized void forget(SegmentFile file) {
    mapped.remove(file);
  }
}
