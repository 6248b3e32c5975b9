package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many sealed segments of a storage are mapped at the same time, since address space and
 * file descriptors are finite. Above the limit the least recently used one is unmapped. Any thread.
 */
public final class MappingLimit {

  private static final Logger LOG = LoggerFactory.getLogger(MappingLimit.class);

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

  /**
   * Unmaps the less recently used half of the files, because another one could not be opened or
   * mapped for lack of a descriptor or a map. They are free soon after, when a background thread
   * has released them. The caller holds no file's lock.
   *
   * @return the number of files that were unmapped
   */
  int unmapHalf() {
    List<SegmentFile> oldest;
    synchronized (this) {
      oldest =
          mapped.stream()
              .sorted(Comparator.comparingLong(SegmentFile::lastUse))
              .limit((mapped.size() + 1) / 2)
              .toList();
      oldest.forEach(mapped::remove);
    }
    oldest.forEach(SegmentFile::unmap);
    return oldest.size();
  }

  /** The same failure, after {@link #unmapHalf} if it is for lack of a descriptor or a map. */
  StorageException afterUnmapping(StorageException failure) {
    if (failure.code() == ErrorCode.RESOURCES_EXHAUSTED) {
      int unmapped = unmapHalf();
      LOG.debug("event=segments_unmapped count={} reason=shortage", unmapped);
    }
    return failure;
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
