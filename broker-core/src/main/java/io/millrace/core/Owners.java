package io.millrace.core;

import io.millrace.storage.LogId;

/** Chooses the owner of each partition. Any thread; the answer for an id never changes. */
@FunctionalInterface
public interface Owners {

  /** The owner of this partition. */
  Owner ownerOf(LogId id);

  /** Owners that are {@code count} threads of their own; the caller closes them. */
  static OwnerThreads threads(int count) {
    return new OwnerThreads(count);
  }
}
