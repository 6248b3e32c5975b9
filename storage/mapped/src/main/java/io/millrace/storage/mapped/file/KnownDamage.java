package io.millrace.storage.mapped.file;

/** The damaged ranges of a log that a reader of its batches skips. Any thread. */
@FunctionalInterface
public interface KnownDamage {

  /** No range: every batch is read. */
  KnownDamage NONE = offset -> null;

  /** The range that contains an offset, or null. */
  DamagedRange containing(long offset);
}
