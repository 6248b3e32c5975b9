package io.millrace.storage.mapped.file;

import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many sealed segments of a storage are mapped at the same time, since address space and
 * file descriptors are finite. Above the limit the least recently used one is unmapped. Any thread.
 */
public final class MappingLimit {

  private final int limit;
  private final Set<SegmentFile> mapped = Collections.newSetFromMap(new IdentityHashMap<>());
  // It counts mappings instead of time. This is cheap, and precise enough to find the least
  // recently used mapping.
  private final AtomicLong clock = new AtomicLong();

  public MappingLimit(int limit) {
    this.limit = limit;
  }

  long now() {
    return clock.get();
  }

  /** Adds a file that was mapped and may be unmapped. The caller holds no file's lock. */
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

  /** Removes a file that was closed. */
  synchronized void forget(SegmentFile file) {
    mapped.remove(file);
  }
}
