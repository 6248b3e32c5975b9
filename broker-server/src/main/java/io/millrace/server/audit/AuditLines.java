package io.millrace.server.audit;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.log.LineLimit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to the logger {@code millrace.audit}. While the disk is full, it puts them into the
 * reserve instead, because an appender loses what it cannot write. When there is space again, it
 * logs them, and the number of those for which the reserve had no space. One thread.
 */
final class AuditLines implements AutoCloseable {

  /** With less free space, the disk counts as full. A line is much shorter. */
  static final long MIN_FREE_BYTES = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AuditLines.class);
  private static final Logger AUDIT = LoggerFactory.getLogger("millrace.audit");

  private final Optional<Reserve> reserve;
  private final AuditCounters counters;
  private final InstantSource clock;

  /** Lines that are neither logged nor in the reserve, since a line about them. */
  private long lost;

  private final LineLimit warnings = new LineLimit();
  private boolean full;

  /** The reserve and the disk that it is for. */
  record Reserve(AuditDirectory directory, AuditReserve file) {

    private boolean hasSpace(long bytes) throws IOException {
      return !directory.isLogFile() || directory.usableBytes() >= bytes;
    }
  }

  /**
   * @param reserve empty: lines are always logged
   */
  AuditLines(Optional<Reserve> reserve, AuditCounters counters, InstantSource clock) {
    this.reserve = reserve;
    this.counters = counters;
    this.clock = clock;
  }

  /** Whether the log configuration lets the lines through. */
  static boolean isLoggerOn() {
    return AUDIT.isInfoEnabled();
  }

  /** Logs a line, or keeps it until there is space. */
  void write(String line) {
    writeWaiting();
    if (!isWaiting() && hasSpace(MIN_FREE_BYTES)) {
      AUDIT.info(line);
    } else if (!keep(line)) {
      lost++;
      counters.dropFromLog();
    }
  }

  /** A number of events was lost before they came here. */
  void lost(long count) {
    lost += count;
  }

  /** Whether lines wait for space, or a line about lost ones. */
  boolean isWaiting() {
    return lost > 0 || reserve.map(each -> !each.file().isEmpty()).orElse(false);
  }

  /** Logs what waits, if there is space. */
  void writeWaiting() {
    if (!isWaiting()) {
      return;
    }
    long kept = reserve.map(each -> each.file().usedBytes()).orElse(0L);
    if (!hasSpace(kept + MIN_FREE_BYTES)) {
      return;
    }
    try {
      if (reserve.isPresent()) {
        reserve.get().file().drain(AUDIT::info);
      }
    } catch (IOException e) {
      warn(e);
      return;
    }
    if (lost > 0) {
      AUDIT.info(new AuditEntry(clock.instant(), lossOf(), lost).toJson());
      lost = 0;
    }
  }

  private static AuditEvent lossOf() {
    return AuditEvent.failed(
        AuditActor.BROKER,
        "audit",
        "broker",
        ErrorCode.RESOURCES_EXHAUSTED,
        "events were not written, because the disk was full or too many events waited");
  }

  private boolean hasSpace(long bytes) {
    boolean space = true;
    try {
      space = reserve.isEmpty() || reserve.get().hasSpace(bytes);
    } catch (IOException e) {
      warn(e); // the appender may still be able to write
    }
    if (space == full) {
      full = !space;
      if (full) {
        LOG.warn("event=audit_disk_full lines are kept in the reserve");
      } else {
        LOG.info("event=audit_disk_has_space");
      }
    }
    return space;
  }

  private boolean keep(String line) {
    try {
      return reserve.isPresent() && reserve.get().file().add(line);
    } catch (IOException e) {
      warn(e);
      return false;
    }
  }

  private void warn(IOException e) {
    if (warnings.count() > 0) {
      LOG.warn("event=audit_reserve_failed reason={}", e.toString());
    }
  }

  @Override
  public void close() {
    writeWaiting();
    if (reserve.isPresent()) {
      try {
        reserve.get().file().close();
      } catch (IOException e) {
        warn(e);
      }
    }
  }
}
