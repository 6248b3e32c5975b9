package io.millrace.client.internal.producer;

import io.millrace.protocol.ErrorCode;

/** What a refused batch means for its producer. */
enum BatchRefusal {
  /** It was stored before, too long ago for its offset to be remembered: a success. */
  STORED_BEFORE,
  /** Its sequence does not follow what the broker has: it is not stored. */
  MISPLACED,
  /** It may be stored, or may be if it is sent again. */
  FOR_NOW,
  /** It will never be stored; others may. */
  FOR_GOOD,
  /** Neither it nor any later batch will be stored. */
  FATAL;

  static BatchRefusal of(ErrorCode code) {
    return switch (code) {
      case DUPLICATE_SEQUENCE -> STORED_BEFORE;
      case OUT_OF_ORDER_SEQUENCE, UNKNOWN_PRODUCER -> MISPLACED;
      case UNKNOWN_TOPIC, UNKNOWN_PARTITION, STALE_PRODUCER_EPOCH -> FATAL;
      default -> code.retriable() ? FOR_NOW : FOR_GOOD;
    };
  }
}
