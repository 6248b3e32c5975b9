package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.protocol.ErrorCode;

/** Creates the failures of a producer. */
final class ProducerFailures {

  private ProducerFailures() {}

  /** A batch that was never sent, because it could not be encoded. */
  static MillraceException notEncoded(ProducerSettings settings, int partition, Throwable cause) {
    return new MillraceException(
        ErrorCode.INTERNAL,
        "a batch for topic "
            + settings.topic().name()
            + " partition "
            + partition
            + " could not be encoded with codec "
            + settings.batches().codec()
            + " and was not sent: "
            + cause
            + "; check that the codec's library can be loaded (the directory java.io.tmpdir must not be"
            + " mounted noexec), and that there is memory outside the"
            + " heap (-XX:MaxDirectMemorySize)",
        cause);
  }

  /**
   * A batch that was encoded while the broker's limit was higher.
   *
   * @param outcome whether it is stored
   */
  static MillraceException tooLarge(
      ProducerSettings settings, int partition, int bytes, int maxBytes, String outcome) {
    return new MillraceException(
        ErrorCode.BATCH_TOO_LARGE,
        "a batch for topic "
            + settings.topic().name()
            + " partition "
            + partition
            + " has "
            + bytes
            + " bytes; limit "
            + maxBytes
            + " (limits.maxBatchBytes), which was higher when the producer was opened: "
            + outcome
            + "; open a new producer, or raise the limit");
  }

  /**
   * The end of a producer whose events may have no outcome, because its event loop does not run.
   */
  static MillraceException blockedInClose(ProducerSettings settings) {
    return new MillraceException(
        ErrorCode.CLOSED,
        "the producer of topic "
            + settings.topic().name()
            + " is closed, but events that have no receipt have no failure either: "
            + ClientFailures.BLOCKED_LOOP);
  }

  /** The failure after the client closed a connection because it could not write a batch to it. */
  static MillraceException unwritten(Throwable cause) {
    return new MillraceException(
        ErrorCode.CONNECTION_LOST,
        "the connection was closed because a batch could not be written to it: " + cause,
        cause);
  }
}
