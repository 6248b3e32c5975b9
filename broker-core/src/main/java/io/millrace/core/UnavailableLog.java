package io.millrace.core;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSettings;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Stands for a log that is not open: it could not be opened, or it has failed and is being opened
 * again. Refuses every use with the reason. Any thread.
 *
 * @param offsets those that were durable when the log failed; all 0 if it was never open
 * @param sizeBytes the size at that moment
 * @param damage the damage that was known at that moment
 */
record UnavailableLog(
    LogId id,
    StorageException cause,
    LogOffsets offsets,
    long sizeBytes,
    List<DamagedOffsets> damage)
    implements PartitionLog {

  /** Stands for a log that could not be opened. */
  static UnavailableLog neverOpened(LogId id, StorageException cause) {
    return new UnavailableLog(id, cause, new LogOffsets(0, 0, 0), 0, List.of());
  }

  /**
   * Stands for a log that was open before. Batches that were not durable may be lost, and do not
   * count.
   */
  static UnavailableLog failed(PartitionLog log, StorageException cause) {
    LogOffsets known = log.offsets();
    return new UnavailableLog(
        log.id(),
        cause,
        new LogOffsets(known.start(), known.durable(), known.durable()),
        log.sizeBytes(),
        log.damage());
  }

  @Override
  public void reportDamage(long offset) {
    // The next opening checks what it serves.
  }

  private StorageException refusal() {
    return new StorageException(cause.code(), cause.getMessage(), cause);
  }

  @Override
  public int epoch() {
    throw refusal(); // there is no opening that could have a number
  }

  @Override
  public RecoveryReport recovery() {
    return new RecoveryReport(false, 0, 0, -1, 0, List.of(finding()));
  }

  /** If the engine gives no name, the code of the failure is the name. */
  private RecoveryFinding finding() {
    return new RecoveryFinding(
        cause.finding().orElse(cause.code().name()),
        RecoveryOutcome.REFUSED,
        "The log was not opened: " + cause.getMessage());
  }

  @Override
  public long append(ByteBuffer batch) {
    throw refusal();
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    throw refusal();
  }

  @Override
  public LogReader reader(long offset) {
    throw refusal();
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
    throw refusal();
  }

  @Override
  public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    throw refusal();
  }

  @Override
  public long deleteBefore(long offset) {
    throw refusal();
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    return offsets.start(); // a log that cannot be read drops nothing
  }

  @Override
  public void sealExpired(long minAppendTimeMicros, long maxBytes) {
    // Nothing is appended to a log that cannot be read.
  }

  @Override
  public void alter(LogSettings settings) {
    // The next opening uses the settings of the topic.
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
