package io.millrace.protocol.record;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The bits of the flags byte in the header of a record batch.
 *
 * <p>This build supports {@link #GAP} in stored batches and {@link #FILTERED} in delivered ones,
 * never both: the broker refuses them from a producer. All other bits are reserved. The broker and
 * the readers refuse a batch in which one is set. A reader must refuse a batch with an unknown bit,
 * because a flag changes the meaning of the records.
 */
enum BatchFlag {
  /** The batch belongs to a transaction. A reader of committed events needs its outcome. */
  TRANSACTIONAL(0x01),
  /** The record is a marker for the broker and for readers, not an event. */
  CONTROL(0x02),
  /** The transaction of this control batch is aborted; without this bit it is committed. */
  ABORT(0x04),
  /** The batch has no records. It stands for a range of offsets whose events were removed. */
  GAP(0x08),
  /** The event times are the append time of the broker. */
  APPEND_TIME(0x10),
  /** The broker has removed events that a subscription does not want. */
  FILTERED(0x20),
  /** Compaction has removed events whose keys have newer events. */
  COMPACTED(0x40);

  private final int bit;

  BatchFlag(int bit) {
    this.bit = bit;
  }

  /** The value of the flags byte in which only this flag is set. */
  int bit() {
    return bit;
  }

  /** The names of the flags in a flags byte, for an error message. */
  static String describe(int flags) {
    String names =
        Arrays.stream(values())
            .filter(flag -> (flags & flag.bit) != 0)
            .map(Enum::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "unknown" : names;
  }
}
