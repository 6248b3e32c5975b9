package io.millrace.simulation;

import java.util.function.Supplier;

/** What holds at every moment of a simulation, whatever the disk did. */
enum Invariant {
  /** After whatever crash the log opens again, unless a fault was injected into the opening. */
  OPENS_AFTER_EVERY_CRASH,
  /** What was acknowledged as synced is there after a power loss. */
  ACKED_SYNCED_SURVIVES,
  /** What was stored is there after the process, but not the machine, has died. */
  STORED_SURVIVES_A_KILL,
  /** What was durable once is there, byte for byte. */
  NOTHING_DURABLE_CHANGES,
  /** What is found is what was appended, byte for byte, up to some batch, and nothing after it. */
  PREFIX_OF_WHAT_WAS_APPENDED,
  /** {@code start <= durable <= end}, and each batch begins where the one before ended. */
  OFFSETS_CONTIGUOUS,
  /** A producer's events stand in the order of their sequences. */
  ORDER_KEPT,
  /** A batch that is sent again is stored once. */
  NO_DUPLICATE,
  /** A receipt names the offset at which the batch stands; there is one for each batch at most. */
  RECEIPTS_ARE_TRUE,
  /** No acknowledged producer is refused when it goes on where it was. */
  PRODUCERS_GO_ON,
  /** {@code durable} covers only bytes that a force has brought to the disk. */
  DURABLE_NEVER_AHEAD_OF_FORCE,
  /** After a failed force nothing is appended and nothing becomes durable. */
  FAILED_FORCE_POISONS,
  /** An append refused for want of space changes nothing, and there is no other refusal. */
  FULL_DISK_HURTS_NOTHING,
  /** A reader is given every batch once, in order, byte for byte, and nothing it may not see. */
  READERS_SEE_THE_LOG,
  /** What a {@code durable} reader was given is there after a power loss. */
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
