package io.millrace.storage.mapped.tool;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.KeySearch;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredRegister;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.recovery.LostEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A read-only view of the files of one log in any state. It takes no lock, changes nothing, and
 * continues after damage. It is for a log that no broker has open; in an open log the newest
 * batches may appear as a torn tail. Blocks on the disk. One thread.
 */
public final class LogInspector {

  private final LogDirectory directory;
  private final LogKey key;
  private final StoredRegister register;

  private LogInspector(LogDirectory directory, LogKey key, StoredRegister register) {
    this.directory = directory;
    this.key = key;
    this.register = register;
  }

  /**
   * The log in a directory. If the name of the directory has no identity, the files of the log
   * have. The problems of the files are reported with the files.
   */
  static LogInspector in(Path path, StoredRegister register) {
    LogDirectory named = new LogDirectory(path);
    Optional<LogId> id = LogDirectory.idOf(path.toAbsolutePath().normalize());
    LogIdentity found;
    try {
      found = new KeySearch(named, id, PositionalRead.PLAIN).identity().orElse(null);
    } catch (StorageException reportedWithTheSegment) {
      found = null;
    }
    if (found == null) {
      return new LogInspector(named, null, register);
    }
    return new LogInspector(LogDirectory.copied(path, found.id()), found.key(), register);
  }

  /** The directory of this log. */
  public Path directory() {
    return directory.path();
  }

  /** The names of the files of this log. */
  LogDirectory files() {
    return directory;
  }

  /** The identity in the directory's name; empty if the name has none. */
  public Optional<LogId> id() {
    return LogDirectory.idOf(directory.path().toAbsolutePath().normalize());
  }

  /**
   * What the register says of the log.
   *
   * @param startOffset the start of the log
   * @param newestSegment base offset of the newest segment that must be there; -1 if none must
   * @param durableOffset every batch below this offset was durable
   * @param epoch the epoch of an opening
   */
  public record RegisteredView(
      long startOffset, long newestSegment, long durableOffset, int epoch) {}

  /** What the register says of the log; empty if it has no entry. */
  public Optional<RegisteredView> registered() {
    return id().map(register::of).map(LogInspector::view);
  }

  private static RegisteredView view(RegisteredLog log) {
    return new RegisteredView(
        log.startOffset(), log.newestSegment(), log.durableOffset(), log.epoch());
  }

  /** As {@link #registered()}, read again: a broker may have changed it meanwhile. */
  Optional<RegisteredView> registeredNow() {
    StoredRegister now = StoredRegister.beside(directory);
    return id().map(now::of).map(LogInspector::view);
  }

  /** The entry of the log in the register, or null. */
  RegisteredLog registration() {
    return id().map(register::of).orElse(null);
  }

  /**
   * What is missing of the files that the register requires, and of the register, one sentence
   * each. While a broker uses the directory, it may delete old segments, which are not missing.
   */
  public List<String> missing(TopicRecords topics) {
    List<String> missing = new ArrayList<>(new MissingSegments(this).sentences());
    if (hasLostEntry(topics)) {
      missing.add(LostEntry.FOUND);
    }
    return missing;
  }

  /**
   * Whether the register has lost the entry of this log. A broker that uses the directory makes the
   * entry before the first segment and before it notes that the topic is created, and removes it
   * after it notes that the topic is being deleted, and before the files. So the entry is read
   * again after the topic.
   */
  private boolean hasLostEntry(TopicRecords topics) {
    return id().isPresent()
        && isWithoutEntry()
        && !topics.isUnfinished(id().get(), !directory.list().segments().isEmpty())
        && isWithoutEntry();
  }

  /** Whether the log exists and a register has no entry of it. */
  private boolean isWithoutEntry() {
    StoredRegister now = StoredRegister.beside(directory);
    return now.exists()
        && key != null
        && Files.isDirectory(directory.path())
        && LostEntry.isLost(now.of(id().orElseThrow()), true);
  }

  /**
   * The last checkpoint.
   *
   * @param offset the state is derived from all batches below it
   * @param segment base offset of the segment that contains the offset
   * @param position the position of the offset in that segment's file, in bytes
   * @param epoch the epoch of the opening that wrote the checkpoint
   * @param durableOffset every batch below this offset was durable when the checkpoint was written
   * @param stateBytes size of the owner's state
   */
  public record CheckpointView(
      long offset, long segment, int position, int epoch, long durableOffset, int stateBytes) {}

  /**
   * Reads the checkpoint; empty if there is none.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public Optional<CheckpointView> checkpoint() {
    return Checkpoint.read(directory)
        .map(
            read ->
                new CheckpointView(
                    read.offset(),
                    read.segment(),
                    read.position(),
                    read.epoch(),
                    read.durableOffset(),
                    read.state().length));
  }

  /** The offset from which on the state needs the batches; empty without a usable checkpoint. */
  Optional<Long> checkpointed() {
    try {
      return Checkpoint.read(directory)
          .or(() -> Checkpoint.readCopy(directory))
          .map(Checkpoint::offset);
    } catch (StorageException e) {
      return Optional.empty(); // it is reported as damage
    }
  }

  /**
   * The mark of a log that was closed cleanly.
   *
   * @param endOffset end offset of the log
   * @param segment base offset of its newest segment
   * @param position the position of the end in that segment's file, in bytes
   * @param epoch the epoch of the opening that was closed
   */
  public record ClosedView(long endOffset, long segment, int position, int epoch) {}

  /**
   * Reads the mark of a log that was closed cleanly; empty if there is none.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public Optional<ClosedView> closed() {
    return ClosedMark.read(directory)
        .map(
            mark ->
                new ClosedView(mark.endOffset(), mark.segment(), mark.position(), mark.epoch()));
  }

  /**
   * A segment file.
   *
   * @param baseOffset the base offset in its name
   * @param bytes size of the file
   * @param capacityBytes the capacity in its header; 0 if the header is damaged
   * @param indexEntries number of entries in its index file; 0 if there is none or it cannot be
   *     used
   * @param problems the problems of header and index, one sentence each; empty if there are none
   */
  public record SegmentView(
      Path file,
      long baseOffset,
      long bytes,
      int capacityBytes,
      int indexEntries,
      List<String> problems) {

    public SegmentView {
      problems = List.copyOf(problems);
    }
  }

  /** Without a key no batch can be proved: then every batch is reported as damage. */
  private LogKey keyOrAny() {
    return key == null ? LogKey.random() : key;
  }

  /** The segments, oldest first, without those that a broker deletes meanwhile. */
  public List<SegmentView> segments() {
    List<SegmentView> views = new ArrayList<>();
    for (long baseOffset : directory.list().segments()) {
      try {
        views.add(view(baseOffset));
      } catch (StorageException e) {
        if (!isDeleted(baseOffset)) {
          throw e;
        }
      }
    }
    return views;
  }

  /** Whether a broker has deleted a segment that was there before: it no longer requires it. */
  private boolean isDeleted(long baseOffset) {
    return !Files.exists(directory.segment(baseOffset))
        && registeredNow().map(log -> baseOffset < log.startOffset()).orElse(true);
  }

  private SegmentView view(long baseOffset) {
    List<String> problems = new ArrayList<>();
    StoredSegment found = StoredSegment.of(directory, baseOffset, PositionalRead.PLAIN, keyOrAny());
    int capacityBytes = 0;
    try {
      SegmentHeader header = found.header();
      capacityBytes = header.capacityBytes();
      LogId expected = id().orElse(header.identity().id());
      header.require(new LogIdentity(expected, found.key()), baseOffset, found.path());
    } catch (StorageException e) {
      problems.add(e.getMessage());
    }
    int entries = 0;
    try {
      IndexFile index = IndexFile.read(directory, baseOffset);
      entries = index == null ? 0 : index.index().count();
    } catch (StorageException e) {
      problems.add(e.getMessage());
    }
    return new SegmentView(
        found.path(), baseOffset, found.bytes(), capacityBytes, entries, problems);
  }

  /** Incomplete files, and indexes without a segment. Recovery removes them. */
  public List<Path> leftovers() {
    return directory.list().leftovers();
  }

  /**
   * One batch. Times are microseconds since 1970-01-01T00:00Z.
   *
   * @param position the position in the file, in bytes
   * @param bytes size of the batch
   * @param codec the codec's number in the header
   * @param producerId -1 if the producer is not idempotent
   * @param durableOffset the log's durable offset when the batch was appended
   * @param epoch the epoch of the opening that appended it
   * @param damage the reason if the batch is damaged; empty if header, checksums and order are
   *     correct
   */
  public record BatchView(
      int position,
      int bytes,
      long baseOffset,
      long lastOffset,
      int recordCount,
      long appendTimeMicros,
      long minEventTimeMicros,
      long maxEventTimeMicros,
      int codec,
      long producerId,
      int producerEpoch,
      long baseSequence,
      long durableOffset,
      int epoch,
      String damage) {}

  /** Receives the content of a segment, in the order of positions. */
  public interface SegmentVisitor {

    void batch(BatchView batch);

    /** Bytes that are no batch. */
    void damage(int position, int bytes, String what);
  }

  /**
   * Reports the batches of a segment and verifies every checksum and proof. After bytes that are no
   * batch it continues with the next valid batch header in the file.
   *
   * @return false if a broker has deleted the segment meanwhile; then nothing is reported
   */
  public boolean visit(SegmentView segment, SegmentVisitor visitor) {
    try (SegmentChannel file = SegmentChannel.open(segment.file(), PositionalRead.PLAIN)) {
      BatchProof proof = new BatchProof(keyOrAny(), segment.baseOffset());
      new SegmentInspection(segment, file, proof, visitor).run();
      return true;
    } catch (IOException e) {
      if (isDeleted(segment.baseOffset())) {
        return false;
      }
      throw DiskFailure.of("read", segment.file(), e);
    }
  }
}
