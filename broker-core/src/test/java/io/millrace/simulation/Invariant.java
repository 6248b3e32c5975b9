package io.millrace.simulation;

import java.util.function.Supplier;

/** A condition that holds at every moment of a simulation, whatever the disk did. */
enum Invariant {
  /** After any crash the log opens again, unless a fault was injected into the opening. */
  OPENS_AFTER_EVERY_CRASH,
  /** A batch acknowledged as synced survives a power failure. */
  ACKED_SYNCED_SURVIVES,
  /** A stored batch survives the death of the process. */
  STORED_SURVIVES_A_KILL,
  /** Events that were deleted stay deleted, and no others were deleted. */
  DELETED_STAYS_DELETED,
  /** A batch that was durable stays in the log, byte for byte. */
  NOTHING_DURABLE_CHANGES,
  /** The log holds the appended batches, byte for byte, up to some batch, and nothing after it. */
  PREFIX_OF_WHAT_WAS_APPENDED,
  /** {@code start <= durable <= end}, and each batch begins at the end of the one before. */
  OFFSETS_CONTIGUOUS,
  /** A producer's events are in the order of their sequences. */
  ORDER_KEPT,
  /** A batch that is sent again is stored once. */
  NO_DUPLICATE,
  /** A receipt has the offset of the batch; each batch has at most one receipt. */
  RECEIPTS_ARE_TRUE,
  /** A producer that continues after its acknowledged batches is not refused. */
  PRODUCERS_GO_ON,
  /** {@code durable} covers only bytes that a force has brought to the disk. */
  DURABLE_NEVER_AHEAD_OF_FORCE,
  /** After a failed force nothing is appended and nothing becomes durable. */
  FAILED_FORCE_POISONS,
  /** An append refused for lack of space changes nothing, and there is no other refusal. */
  FULL_DISK_HURTS_NOTHING,
  /** A reader gets every visible batch once, in order, byte for byte, and no other batch. */
  READERS_SEE_THE_LOG,
  /** The batches that a {@code durable} reader got survive a power failure. */
  DURABLE_READERS_SAW_WHAT_STAYS;

  void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw broken(otherwise.get());
    }
  }

  AssertionError broken(String how) {
    return new AssertionError(this + " is broken: " + how);
  }
}
