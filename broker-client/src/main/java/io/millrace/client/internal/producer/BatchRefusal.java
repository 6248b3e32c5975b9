package io.millrace.client.internal.producer;

import io.millrace.protocol.ErrorCode;

/** The consequence of a refused batch for its producer. */
enum BatchRefusal {
  /** A success: it was stored before, too long ago for the broker to remember its offset. */
  ALREADY_STORED,
  /** Its sequence does not follow the broker's last one; it is not stored. */
  OUT_OF_SEQUENCE,
  /** It may be stored already, and may be stored when it is resent. */
  RETRIABLE,
  /** It is never stored; other batches can be stored. */
  FINAL,
  /** Neither it nor any later batch is stored. */
  ENDS_PRODUCER;

  static BatchRefusal of(ErrorCode code) {
    return switch (code) {
      case DUPLICATE_SEQUENCE -> ALREADY_STORED;
      case OUT_OF_ORDER_SEQUENCE, UNKNOWN_PRODUCER -> OUT_OF_SEQUENCE;
      case UNKNOWN_TOPIC, UNKNOWN_PARTITION, STALE_PRODUCER_EPOCH -> ENDS_PRODUCER;
      default -> code.retriable() ? RETRIABLE : FINAL;
    };
  }
}
