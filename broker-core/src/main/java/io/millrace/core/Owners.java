package io.millrace.core;

import io.millrace.storage.LogId;

/** Chooses the owner of each partition. The answer for an id never changes. Any thread. */
@FunctionalInterface
public interface Owners {

  /** The owner of this partition. */
  Owner ownerOf(LogId id);

  /** Owners on {@code count} new threads; the caller closes them. */
  static OwnerThreads threads(int count) {
    return new OwnerThreads(count);
  }
}
