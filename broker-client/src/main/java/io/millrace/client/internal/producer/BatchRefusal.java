package io.millrace.client.internal.producer;

import io.millrace.protocol.ErrorCode;

/** The consequence of a refused batch for its producer. */
enum BatchRefusal {
  /** A success: the batch is already stored, but the broker no longer knows its offset. */
  ALREADY_STORED,
  /** The batch is not stored, because its sequence does not follow the broker's last one. */
  OUT_OF_SEQUENCE,
  /** The batch may be stored already. If not, a resend may store it. */
  RETRIABLE,
  /** The batch is never stored. Other batches can be stored. */
  FINAL,
  /** Neither the batch nor any later one is stored. */
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
