package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchReader;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogSlice;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reads of one partition: slices, cursors, searches by time and lists of sources. Any thread.
 */
final class PartitionReads {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionReads.class);

  private final PartitionName name;
  private final PartitionLog log;
  private final VisibleEnd visibleEnd;
  private final ReaderPool readers;
  private final int maxRecordsBytes;

  private final IdleReaders idle = new IdleReaders();

  /** The reason why nothing is read any more, or null. */
  private volatile BrokerException ended;

  /**
   * @param maxRecordsBytes most bytes of a batch's records, uncompressed
   */
  PartitionReads(
      PartitionName name,
      PartitionLog log,
      VisibleEnd visibleEnd,
      ReaderPool readers,
      int maxRecordsBytes) {
    this.name = name;
    this.log = log;
    this.visibleEnd = visibleEnd;
    this.readers = readers;
    this.maxRecordsBytes = maxRecordsBytes;
  }

  /** Refuses every read from now on. */
  void end(BrokerException cause) {
    ended = cause;
    idle.close();
  }

  /** The readers that cursors keep. */
  IdleReaders idle() {
    return idle;
  }

  /** The reason why nothing is read any more, or null. */
  BrokerException ended() {
    return ended;
  }

  /** Throws the reason why nothing is read any more, if there is one. */
  void requireOpen() {
    if (ended != null) {
      throw ended;
    }
  }

  LogOffsets offsets() {
    return log.offsets();
  }

  /** Whether the log knows that an offset is damaged. */
  boolean isDamaged(long offset) {
    return log.damage().stream().anyMatch(range -> range.contains(offset));
  }

  /** As {@link VisibleEnd#of}. */
  long visibleEnd(IsolationLevel isolation) {
    return visibleEnd.of(isolation);
  }

  /**
   * A cursor that begins with the batch which contains an offset.
   *
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE}
   */
  PartitionReader reader(long offset) {
    return new PartitionReader(log.reader(offset), readers);
  }

  /**
   * A cursor that continues at the offset of a cursor from an earlier opening of the log.
   *
   * @throws StorageException as {@link #reader}
   * @throws BrokerException {@code OFFSET_OUT_OF_RANGE} if the offset is now above the end of the
   *     log
   */
  PartitionReader readerAfterReopening(long offset) {
    long end = log.offsets().end();
    if (offset > end) {
      throw new BrokerException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          name
              + " was opened again and ends at offset "
              + end
              + ", but this subscription has read up to offset "
              + offset
              + ": events that were not durable are lost; subscribe again at offset "
              + end
              + " or before");
    }
    return reader(offset);
  }

  /** Opens the batches of the log with a reader that others use as well. */
  StoredRecords records(BatchReader reader) {
    return new StoredRecords(log, reader);
  }

  /**
   * As {@link PartitionLog#nextRange}.
   *
   * @return completes on a reader thread; fails with {@link StorageException}, or {@link
   *     BrokerException} {@code SHUTTING_DOWN}
   */
  CompletableFuture<OffsetRange> nextRange(WantedEvents wanted, long from, long limit) {
    CompletableFuture<OffsetRange> result = new CompletableFuture<>();
    readers.submit(
        () -> {
          try {
            result.complete(log.nextRange(wanted, from, limit));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        },
        result::completeExceptionally);
    return result;
  }

  /** The offset at which a subscription starts. */
  long offsetOf(SubscriptionStart start, IsolationLevel isolation) {
    if (start instanceof SubscriptionStart.Offset at) {
      return at.offset();
    }
    return start instanceof SubscriptionStart.Latest
        ? visibleEnd(isolation)
        : log.offsets().start();
  }

  /** As {@link Partition#offsetForTime}. */
  CompletableFuture<Long> offsetForTime(long micros, IsolationLevel isolation) {
    return scan(new TimeSeek(log, micros, visibleEnd(isolation), maxRecordsBytes));
  }

  /**
   * As {@link Partition#sourceScan}.
   *
   * @param failure why the partition is refused, or null. A log that is damaged as a whole is left
   *     out
   */
  Scan<SourceList> sourceScan(IsolationLevel isolation, SourceList found, BrokerException failure) {
    requireOpen();
    if (failure != null && failure.code() == ErrorCode.CORRUPT_LOG) {
      return pool -> {
        found.skipAll(log.id().partition());
        return CompletableFuture.completedStage(found);
      };
    }
    SourceScan scan = new SourceScan(log, visibleEnd(isolation), maxRecordsBytes, found);
    return pool -> {
      requireOpen();
      return scan.step(pool).exceptionally(this::failScan);
    };
  }

  /** If the log was closed during the scan, reports why it was closed. */
  private <T> T failScan(Throwable failure) {
    throw ended != null ? ended : StageFailure.unchecked(failure);
  }

  private <T> CompletableFuture<T> scan(Scan<T> scan) {
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    readers
        .run(scan)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(ended != null ? ended : failure);
              }
            });
    return result;
  }

  /** As {@link Partition#read}. */
  CompletableFuture<PartitionSlice> read(long offset, int maxBytes, IsolationLevel isolation) {
    return slice(
        offset, isolation, end -> PartitionReader.readOnce(log, offset, maxBytes, end, readers));
  }

  /** As {@link FetchCursor#read}. */
  CompletableFuture<PartitionSlice> read(
      FetchCursor cursor, long offset, int maxBytes, IsolationLevel isolation) {
    return slice(offset, isolation, end -> readAt(cursor, offset, maxBytes, end));
  }

  /**
   * @param read reads the slice, given the visible end
   */
  private CompletableFuture<PartitionSlice> slice(
      long offset, IsolationLevel isolation, LongFunction<CompletionStage<LogSlice>> read) {
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    long end = visibleEnd(isolation);
    return PartitionSlice.of(read.apply(end), offset, end, this::readFailure);
  }

  private CompletionStage<LogSlice> readAt(
      FetchCursor cursor, long offset, int maxBytes, long end) {
    PartitionReader reader;
    try {
      reader = readerAt(cursor, offset);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
    return reader
        .nextOrFailure(maxBytes, end)
        .whenComplete(
            (slice, failure) -> {
              if (failure == null) {
                idle.keep(cursor, reader);
              } else {
                reader.close();
              }
            });
  }

  private PartitionReader readerAt(FetchCursor cursor, long offset) {
    PartitionReader kept = idle.take(cursor);
    if (kept == null) {
      return reader(offset);
    }
    if (kept.position() == offset) {
      return kept;
    }
    kept.close();
    return reader(offset);
  }

  private BrokerException readFailure(Throwable failure) {
    if (ended != null) {
      return ended; // the read failed because the log was closed
    }
    if (failure instanceof StorageException refused) {
      return BrokerException.of(name, refused);
    }
    if (failure instanceof BrokerException refused) {
      return refused;
    }
    LOG.error("event=read_failed partition={}", name.log(), failure);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "reading " + name + " failed in the broker; see its log (event=read_failed)",
        failure);
  }
}
