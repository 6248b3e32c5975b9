package io.millrace.protocol.record;

/**
 * How large a batch and its parts may be.
 *
 * @param maxEventBytes bytes of one encoded record, 1 to 1 GiB
 * @param maxBatchBytes bytes of a whole batch as it travels, header included; at least a header
 * @param maxRecordsBytes bytes of a batch's records before compression, at least 1; bounds what a
 *     small compressed batch can blow up to
 */
public record BatchLimits(int maxEventBytes, int maxBatchBytes, int maxRecordsBytes) {

  private static final int GIB = 1 << 30;

  public BatchLimits {
    requireBetween("maxEventBytes", maxEventBytes, 1);
    requireBetween("maxBatchBytes", maxBatchBytes, BatchHeader.BYTES);
    requireBetween("maxRecordsBytes", maxRecordsBytes, 1);
  }

  private static void requireBetween(String name, int value, int least) {
    if (value < least || value > GIB) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected " + least + " to " + GIB);
    }
  }
}
