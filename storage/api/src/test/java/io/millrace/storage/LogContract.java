package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the parts of the contract use: one storage with one open log, and steps on them. */
public interface LogContract {

  /** The log that is open when a test begins. */
  LogId ID = new LogId(new UUID(7, 11), 3);

  /** A log that does not exist when a test begins. */
  LogId OTHER = new LogId(new UUID(1, 2), 0);

  long ALL = Long.MAX_VALUE;
  int LARGE = Integer.MAX_VALUE;

  EngineFixture fixture();

  /** The settings of the log. */
  default LogSettings settings() {
    return fixture().settings().smallUnits();
  }

  LogStorage storage();

  PartitionLog log();

  /** What the log reported since it was opened. */
  RecordingListener listener();

  /** What the log reported before {@link #restart} or {@link #open} opened it again. */
  RecordingListener listenerBefore();

  /** Replaces the storage and its log, which are closed, by another storage and a log there. */
  void use(LogStorage other);

  /** Opens the log, which was closed, in the same storage. */
  void open(LogReplay replay);

  /** Closes log and storage, and opens both again. */
  void restart(LogReplay replay);

  /** Makes durable what was appended. */
  default void makeDurable() {
    fixture().makeDurable(storage(), log(), listener());
  }

  default ByteBuffer append(int records, int bytes) {
    return append(records, bytes, 1, 1);
  }

  default ByteBuffer append(int records, int bytes, long eventTime, long appendTime) {
    ByteBuffer batch = TestBatches.next(log(), records, bytes, eventTime, appendTime);
    log().append(batch);
    return batch;
  }

  /** Applies retention after a checkpoint of everything durable. */
  default long retain(long minAppendTimeMicros, long maxBytes) {
    log().checkpoint(log().offsets().durable(), new byte[0]);
    return log().retain(minAppendTimeMicros, maxBytes);
  }

  default List<ByteBuffer> readAll(long from) {
    return readAll(log(), from);
  }

  /** Copies of all batches from the one that contains an offset. */
  static List<ByteBuffer> readAll(PartitionLog log, long from) {
    List<ByteBuffer> batches = new ArrayList<>();
    try (LogReader reader = log.reader(from)) {
      while (reader.position() < log.offsets().end()) {
        try (LogSlice slice = Slices.read(reader, 50_000, ALL)) {
          split(slice.buffer(), batches);
        }
      }
    }
    return batches;
  }

  private static void split(ByteBuffer slice, List<ByteBuffer> batches) {
    int at = slice.position();
    while (at < slice.limit()) {
      byte[] batch = new byte[BatchHeader.length(slice, at)];
      slice.get(at, batch);
      batches.add(ByteBuffer.wrap(batch));
      at += batch.length;
    }
  }

  /** The next slice, of which there is one. */
  static LogSlice read(LogReader reader) {
    LogSlice slice = Slices.read(reader, LARGE, ALL);
    assertThat(slice).as("a slice at %d", reader.position()).isNotNull();
    return slice;
  }

  /** Closes a slice. */
  static int bytesOf(LogSlice leased) {
    try (LogSlice slice = leased) {
      return slice.buffer().remaining();
    }
  }

  /** Opens a log and waits for it; fails with what the opening fails with. */
  default PartitionLog opened(LogStorage on, LogId id, LogReplay replay, LogListener listener) {
    return on.open(id, settings(), replay, listener).toCompletableFuture().join();
  }

  /** What an opening fails with, through its stage. */
  static Throwable failureOf(CompletionStage<PartitionLog> opening) {
    try {
      opening.toCompletableFuture().get(120, TimeUnit.SECONDS).close();
      throw new AssertionError("the log was opened");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the opening has no result", e);
    }
  }

  static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
