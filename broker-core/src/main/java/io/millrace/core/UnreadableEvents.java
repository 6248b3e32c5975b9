package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;

/**
 * Events that a queue cannot read, and why.
 *
 * @param first the offset of the first one
 * @param end one past the last one that is known to be damaged
 * @param text for people: the range, the code, the cause and the next step
 */
record UnreadableEvents(long first, long end, String text) {

  /** Whether a failure is about the stored bytes: reading again does not help. */
  static boolean isDamage(ErrorCode code) {
    return switch (code) {
      case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD, BATCH_TOO_LARGE -> true;
      default -> false;
    };
  }

  /** The events from an offset on that the log knows to be damaged; at least that one. */
  static UnreadableEvents at(Partition partition, long offset, BrokerException cause) {
    long end = offset + 1;
    for (DamagedOffsets range : partition.damage()) {
      if (range.contains(offset)) {
        end = range.endOffset();
      }
    }
    String which =
        end == offset + 1
            ? "the event at offset " + offset
            : "the events at offsets " + offset + " to " + (end - 1);
    return new UnreadableEvents(
        offset,
        end,
        which
            + " cannot be read ("
            + cause.code()
            + "): "
            + cause.getMessage()
            + "; repair the log with 'millrace log repair', or close the consumers and skip the"
            + " events with 'millrace group reset --partition "
            + partition.id().partition()
            + " --to "
            + end
            + "'");
  }
}
