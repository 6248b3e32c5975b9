package io.millrace.storage;

/**
 * The settings of logs that the contract suite uses. The suite knows no setting of any engine; it
 * knows in which units {@link PartitionLog#retain} drops batches.
 *
 * @param smallUnits allowed; a unit has at most {@link #SMALL_UNIT_BYTES} or one larger batch
 * @param largeUnits allowed; a unit has at most {@link #LARGE_UNIT_BYTES} or one larger batch, and
 *     may have more than {@link #SMALL_UNIT_BYTES}
 * @param refused not allowed
 */
public record ContractSettings(
    LogSettings smallUnits, LogSettings largeUnits, LogSettings refused) {

  public static final int SMALL_UNIT_BYTES = 64 * 1024;
  public static final int LARGE_UNIT_BYTES = 1024 * 1024;
}
