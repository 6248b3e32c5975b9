package io.millrace.protocol.record;

/**
 * The size limits of a batch. Each is at most 1 GiB.
 *
 * @param maxEventBytes bytes of one encoded record, at least 1
 * @param maxBatchBytes bytes of the compressed batch, header included; at least those of a header
 * @param maxRecordsBytes bytes of the records of a batch before compression, at least 1; limits the
 *     memory that a small compressed batch can require
 */
public record BatchLimits(int maxEventBytes, int maxBatchBytes, int maxRecordsBytes) {

  private static final int GIB = 1 << 30;

  public BatchLimits {
    requireBetween("maxEventBytes", maxEventBytes, 1);
    requireBetween("maxBatchBytes", maxBatchBytes, BatchHeader.BYTES);
    requireBetween("maxRecordsBytes", maxRecordsBytes, 1);
  }

  private static void requireBetween(String name, int value, int min) {
    if (value < min || value > GIB) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected " + min + " to " + GIB);
    }
  }
}
