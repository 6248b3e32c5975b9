package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.Slices;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.KeySearch;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two storages: of a broker that is killed, and of the next one, which opens a copy of its files.
 * The copy is made while the first still runs; a test damages it before the second opens it.
 */
public abstract class MappedFixture {

  protected static final LogId ID = new LogId(new UUID(7, 11), 3);
  protected static final SegmentSizes SETTINGS = new SegmentSizes(64 * 1024);
  protected static final int HEADER = SegmentHeader.BYTES;

  /** Bytes before the body of a checkpoint, a state and the other small files. */
  protected static final int SMALL_FILE_HEADER = 16;

  /** The limit of a wait for another thread. */
  static final long LIMIT_SECONDS = 60;

  @TempDir(factory = InMemory.class)
  protected Path temporary;

  protected FaultyDisk disk;
  protected FaultyDisk nextDisk;
  protected MappedStorage storage;
  protected MappedStorage next;
  protected ForcedLog log;
  protected Path files;
  protected Path found;

  @BeforeEach
  protected void openBoth() {
    MappedSettings settings = new MappedSettings(1, 100);
    storage =
        MappedStorage.open(
            temporary.resolve("first"),
            settings,
            directory -> disk = new FaultyDisk(LinuxDisk.probed(directory)));
    next =
        MappedStorage.open(
            temporary.resolve("next"),
            settings,
            directory -> nextDisk = new FaultyDisk(LinuxDisk.probed(directory)));
    files = temporary.resolve("first/logs").resolve(ID.toString());
    found = temporary.resolve("next/logs").resolve(ID.toString());
    log = storage.open(ID, SETTINGS, new Replayed());
  }

  @AfterEach
  protected void closeBoth() {
    disk.onFsync = file -> {};
    disk.fsyncFails = false;
    disk.directoryFsyncFails = false;
    log.close();
    storage.close();
    next.close();
  }

  /** Opens or creates another log of the first broker. */
  protected ForcedLog openOther(LogId id) {
    return storage.open(id, SETTINGS, new Replayed());
  }

  /** Appends a batch of one record; its event time is its offset. */
  protected ByteBuffer append(int bytes) {
    return append(log, bytes);
  }

  protected static ByteBuffer append(PartitionLog log, int bytes) {
    long offset = log.offsets().end();
    ByteBuffer batch = TestBatches.next(log, 1, bytes, offset, offset);
    log.append(batch);
    return batch;
  }

  /** Waits until another thread has counted a latch down; fails after a minute. */
  protected static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)).as("counted down").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Kills the first broker before the register has the durable offset: the next one finds the files
   * as they are now.
   */
  protected void kill() {
    RegisteredLog entry = storage.register().of(ID).log();
    long start = entry.startOffset();
    kill(new RegisteredLog(start, entry.newestSegment(), start, entry.epoch()));
  }

  /** Kills the first broker after the register has got the durable offset. */
  protected void killAfterMark() {
    kill(storage.register().of(ID).log());
  }

  private void kill(RegisteredLog entry) {
    next.delete(ID);
    Directories.copy(files, found);
    next.register().of(ID).opened(entry);
  }

  protected ForcedLog recover() {
    return recover(new Replayed());
  }

  protected ForcedLog recover(LogReplay replay) {
    return next.open(ID, SETTINGS, replay);
  }

  protected StorageException refusal() {
    return refusal(this::recover);
  }

  protected static StorageException refusal(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(StorageException.class);
    return (StorageException) thrown;
  }

  protected static void assertCode(ErrorCode code, ThrowingCallable call) {
    StorageException refusal = refusal(call);
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
  }

  /** The identity of the log that the next broker finds. */
  protected LogIdentity foundIdentity() {
    KeySearch search =
        new KeySearch(new LogDirectory(found), Optional.of(ID), PositionalRead.PLAIN);
    return new LogIdentity(ID, search.find().orElseThrow());
  }

  protected Path foundSegment(long baseOffset) {
    return new LogDirectory(found).segment(baseOffset);
  }

  protected static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  protected static void overwrite(Path file, long position, byte... bytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void flip(Path file, int position) {
    overwrite(file, position, (byte) ~bytes(file)[position]);
  }

  protected static void delete(Path path) {
    try {
      deleteAll(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Does not check first whether a path is a directory: the simulation deletes millions of files.
   */
  private static void deleteAll(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(path)) {
        for (Path file : inside) {
          deleteAll(file);
        }
      }
      Files.delete(path);
    }
  }

  protected static List<ByteBuffer> readAll(PartitionLog log) {
    List<ByteBuffer> batches = new ArrayList<>();
    try (LogReader reader = log.reader(log.offsets().start())) {
      for (LogSlice slice = read(reader); slice != null; slice = read(reader)) {
        byte[] batch = new byte[slice.buffer().remaining()];
        slice.buffer().get(batch);
        slice.close();
        batches.add(ByteBuffer.wrap(batch));
      }
    }
    return batches;
  }

  /** The next single batch, or null. */
  private static LogSlice read(LogReader reader) {
    return Slices.read(reader, 1, Long.MAX_VALUE);
  }
}
