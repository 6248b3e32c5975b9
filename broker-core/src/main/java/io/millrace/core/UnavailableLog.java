package io.millrace.core;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSettings;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The log of a partition whose log could not be opened. It looks empty and refuses every use with
 * the reason. Any thread.
 */
record UnavailableLog(LogId id, StorageException cause) implements PartitionLog {

  private StorageException refusal() {
    return new StorageException(cause.code(), cause.getMessage(), cause);
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public RecoveryReport recovery() {
    return new RecoveryReport(false, 0, 0, -1, 0, List.of(finding()));
  }

  /** An engine that gives no name is reported by the code of its failure. */
  private RecoveryFinding finding() {
    return new RecoveryFinding(
        cause.finding().orElse(cause.code().name()),
        RecoveryOutcome.REFUSED,
        "The log was not opened: " + cause.getMessage());
  }

  @Override
  public List<DamagedOffsets> damage() {
    return List.of();
  }

  @Override
  public LogOffsets offsets() {
    return new LogOffsets(0, 0, 0);
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
  public long firstBatchAtOrAfter(long eventTimeMicros, long limit) {
    throw refusal();
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    return 0; // a log that cannot be read drops nothing
  }

  @Override
  public void alter(LogSettings settings) {
    // The next opening reads the settings from the catalogue.
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
