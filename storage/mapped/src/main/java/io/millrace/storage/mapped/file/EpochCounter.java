package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each opening of a log an epoch that is greater than the epochs of all earlier openings of
 * that log, also after a crash. There is one counter for the whole directory, and its value is
 * durable before it is used, so opening a log writes nothing. The body of its file is one i32. Any
 * thread.
 *
 * <p>It remembers the logs that were opened at the present value. A log that is closed stays
 * remembered: a log that failed has not written its epoch into its files.
 */
public final class EpochCounter {

  private static final Logger LOG = LoggerFactory.getLogger(EpochCounter.class);

  private final Path file;
  private final Disk disk;
  private final Set<LogId> numbered = new HashSet<>();
  private int epoch;

  private EpochCounter(Path file, Disk disk, int epoch) {
    this.file = file;
    this.disk = disk;
    this.epoch = epoch;
  }

  public static EpochCounter open(Path file, Disk disk) {
    EpochCounter counter = new EpochCounter(file, disk, read(file));
    counter.save(counter.epoch + 1);
    return counter;
  }

  private static int read(Path file) {
    try {
      return ChecksummedFile.read(file, FileKind.EPOCH).map(body -> body.getInt(0)).orElse(0);
    } catch (StorageException e) {
      switch (e.code()) {
        case LOG_TOO_NEW, LOG_TOO_OLD, RESOURCES_EXHAUSTED -> throw e;
        default -> LOG.warn("event=epoch_file_replaced reason=\"{}\"", e.getMessage());
      }
      // The files of each log also contain its last epoch.
      return 0;
    }
  }

  /**
   * The epoch of an opening of a log.
   *
   * @param lastEpoch the largest epoch in the log's own files; the result is greater
   */
  public synchronized int next(LogId log, int lastEpoch) {
    if (epoch <= lastEpoch || numbered.contains(log)) {
      save(Math.max(epoch, lastEpoch) + 1);
      numbered.clear();
    }
    numbered.add(log);
    return epoch;
  }

  /** Forgets a log that was deleted: a log with its id would be a new one. */
  public synchronized void forget(LogId log) {
    numbered.remove(log);
  }

  private void save(int next) {
    ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, next);
    // Torn by a crash, the file is rebuilt from the files of the logs.
    ChecksummedFile.replaceOrOverwrite(file, FileKind.EPOCH, body, disk);
    epoch = next;
  }
}
