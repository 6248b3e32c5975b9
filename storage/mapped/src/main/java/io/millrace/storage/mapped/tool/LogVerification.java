package io.millrace.storage.mapped.tool;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ChecksummedFile;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.DamagedRanges;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.FileKind;
import io.millrace.storage.mapped.file.FileStates;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.StoredRegister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A check of all files of one log, or of a data directory: every checksum, and whether the files
 * agree with each other. It takes no lock and changes nothing. Blocks on the disk. One thread,
 * once.
 */
public final class LogVerification {

  /**
   * A problem in a file.
   *
   * @param what one sentence
   */
  public record Problem(Path file, String what) {}

  private final TopicRecords topics;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> tornTails = new ArrayList<>();
  private int logs;
  private long batches;
  private long events;
  private long bytes;

  private LogVerification(TopicRecords topics) {
    this.topics = topics;
  }

  /**
   * Verifies a broker's data directory, or the directory of one log.
   *
   * @throws StorageException {@code INVALID_REQUEST} if the directory is not one of these two,
   *     {@code STORAGE_FAILED} if it cannot be read
   */
  public static LogVerification of(Path directory) {
    return of(directory, TopicRecords.UNKNOWN);
  }

  /**
   * As {@link #of(Path)}.
   *
   * @param topics the topics on record
   */
  public static LogVerification of(Path directory, TopicRecords topics) {
    LogVerification verification = of(InspectedLogs.in(directory), topics);
    if (Files.isDirectory(directory.resolve("logs"))) {
      verification.verifyRegister(directory);
      verification.verifyStates(directory);
    }
    return verification;
  }

  /**
   * Verifies some logs and the topics on record, and no other file.
   *
   * @param topics the topics on record
   */
  public static LogVerification of(List<LogInspector> logs, TopicRecords topics) {
    LogVerification verification = new LogVerification(topics);
    logs.forEach(verification::verify);
    verification.addUnregistered(topics.lost());
    verification.problems.addAll(topics.refused());
    return verification;
  }

  /** The register has named the other lost logs. */
  private void addUnregistered(List<Path> lost) {
    for (Path log : lost) {
      if (problems.stream().noneMatch(problem -> problem.file().equals(log))) {
        problems.add(new Problem(log, "the log of a partition on record is missing"));
      }
    }
  }

  /** All damage and contradictions; empty: none. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Torn tails of logs. They hold no durable event, so they are not damage. */
  public List<Problem> tornTails() {
    return List.copyOf(tornTails);
  }

  /** How many logs were checked. */
  public int logs() {
    return logs;
  }

  /** How many batches are valid and have an event that is not deleted. */
  public long batches() {
    return batches;
  }

  /** How many events the valid batches contain, without those that are deleted. */
  public long events() {
    return events;
  }

  /** How many bytes the valid batches have. */
  public long bytes() {
    return bytes;
  }

  /** A directory without a log need not have a register. */
  private void verifyRegister(Path directory) {
    StoredRegister register = StoredRegister.in(directory);
    if (logs > 0 || register.exists()) {
      register.problems().forEach(what -> problems.add(new Problem(register.file(), what)));
    }
  }

  private void verifyStates(Path directory) {
    attempt(
        directory.resolve("epoch"),
        () -> ChecksummedFile.read(directory.resolve("epoch"), FileKind.EPOCH));
    Path states = directory.resolve("states");
    if (!Files.isDirectory(states)) {
      if (logs > 0) {
        problems.add(
            new Problem(
                states,
                "the states of the broker are missing, though there are logs; restore the directory"
                    + " from a backup"));
      }
      return;
    }
    try (Stream<Path> files = Files.list(states)) {
      files
          .filter(LogVerification::isState)
          .sorted()
          .forEach(file -> attempt(file, () -> FileStates.readFile(file)));
    } catch (IOException e) {
      throw DiskFailure.of("list", states, e);
    }
  }

  private static boolean isState(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(FileStates.STATE) || name.endsWith(FileStates.COPY);
  }

  private void attempt(Path file, Runnable read) {
    try {
      read.run();
    } catch (StorageException e) {
      problems.add(new Problem(file, e.getMessage()));
    }
  }

  private void verify(LogInspector log) {
    logs++;
    LogDirectory directory = log.files();
    DamagedRanges known = knownDamage(directory);
    long start = log.registered().map(LogInspector.RegisteredView::startOffset).orElse(0L);
    for (DamagedRange range : known.all()) {
      if (range.endOffset() <= start) {
        continue;
      }
      problems.add(
          new Problem(
              directory.segment(range.segment()),
              "offsets "
                  + range.firstOffset()
                  + " to "
                  + (range.endOffset() - 1)
                  + " are known to be damaged"));
    }
    BatchSequence sequence = new BatchSequence(known, directory.path(), start);
    log.missing(topics).forEach(what -> problems.add(new Problem(directory.path(), what)));
    log.registered().ifPresent(found -> sequence.durable(found.durableOffset()));
    attempt(directory.checkpoint(), () -> log.checkpoint().ifPresent(sequence::checkpoint));
    verifyManifest(directory);
    attempt(directory.checkpointCopy(), () -> Checkpoint.readCopy(directory));
    attempt(
        directory.closedMark(),
        () -> log.closed().ifPresent(found -> sequence.durable(found.endOffset())));
    List<LogInspector.SegmentView> segments = log.segments();
    for (int i = 0; i < segments.size(); i++) {
      boolean needed =
          i == segments.size() - 1 || segments.get(i + 1).baseOffset() > sequence.firstNeeded();
      if (needed) {
        sequence.check(log, segments.get(i));
      }
    }
    sequence.end();
  }

  private void verifyManifest(LogDirectory directory) {
    for (Path file : List.of(directory.manifest(), directory.manifestCopy())) {
      attempt(file, () -> ChecksummedFile.read(file, FileKind.MANIFEST));
    }
    if (!Files.exists(directory.manifest()) && !directory.list().segments().isEmpty()) {
      problems.add(new Problem(directory.manifest(), "the manifest of the log is missing"));
    }
  }

  private DamagedRanges knownDamage(LogDirectory directory) {
    try {
      return DamagedRanges.read(directory);
    } catch (StorageException e) {
      problems.add(new Problem(directory.damage(), e.getMessage()));
      return new DamagedRanges(List.of());
    }
  }

  /** The batches of one log. Each must continue the previous one, across segments too. */
  private final class BatchSequence implements LogInspector.SegmentVisitor {

    private final DamagedRanges known;
    private final List<Problem> pending = new ArrayList<>();
    private final long start;
    private long checkpointed;
    private Path file;
    private long segment;
    private long expected = -1;
    private long durable;
    private boolean isEndKnown = true;

    /**
     * @param log the directory of the log, which stands for a file until there is a segment
     * @param start start of the log: events below it are deleted, and are not damage
     */
    BatchSequence(DamagedRanges known, Path log, long start) {
      this.known = known;
      this.start = start;
      this.file = log;
    }

    void checkpoint(LogInspector.CheckpointView found) {
      checkpointed = found.offset();
      durable(found.durableOffset());
    }

    /** The offset below which neither a reader nor the state needs a batch. */
    long firstNeeded() {
      return Math.min(start, checkpointed);
    }

    void durable(long offset) {
      durable = Math.max(durable, offset);
    }

    void check(LogInspector log, LogInspector.SegmentView segment) {
      file = segment.file();
      this.segment = segment.baseOffset();
      segment.problems().forEach(what -> problems.add(new Problem(file, what)));
      requireNotMissing(segment.baseOffset());
      requireNext(segment.baseOffset());
      isEndKnown = log.visit(segment, this);
      if (!isEndKnown) {
        expected = -1;
      }
    }

    @Override
    public void batch(LogInspector.BatchView batch) {
      if (!batch.damage().isEmpty()) {
        problemAt(
            batch.position(), "batch at position " + batch.position() + ": " + batch.damage());
        return;
      }
      requireNext(batch.baseOffset());
      expected = batch.lastOffset() + 1;
      durable(batch.durableOffset());
      if (batch.lastOffset() >= start) {
        batches++;
        events += Math.min(batch.recordCount(), batch.lastOffset() + 1 - start);
        bytes += batch.bytes();
      }
    }

    @Override
    public void damage(int position, int bytes, String what) {
      problemAt(position, bytes + " bytes at position " + position + ": " + what);
    }

    /** A problem in a known range was already reported. */
    private void problemAt(int position, String what) {
      boolean isKnown =
          known.all().stream()
              .anyMatch(
                  range ->
                      range.segment() == segment
                          && range.position() <= position
                          && position < range.endPosition());
      if (!isKnown) {
        pending.add(new Problem(file, what));
      }
    }

    /**
     * Records that the log continues here: problems found before this offset are damage, not a torn
     * tail.
     */
    private void requireNext(long offset) {
      skipKnownUpTo(offset);
      if (offset <= start) {
        pending.clear();
        expected = offset;
        return;
      }
      if (expected >= 0 && offset != expected && pending.isEmpty()) {
        problems.add(
            new Problem(file, "offset " + expected + " is expected here, found " + offset));
      }
      if (expected >= 0 && offset == expected) {
        // The problems are in a known range, which was already reported.
        pending.clear();
      } else if (expected >= 0 && offset > expected && !pending.isEmpty()) {
        Problem last = pending.remove(pending.size() - 1);
        String offsets = "; offsets " + expected + " to " + (offset - 1) + " are damaged";
        pending.add(new Problem(last.file(), last.what() + offsets));
      }
      problems.addAll(pending);
      pending.clear();
      expected = offset;
    }

    /**
     * Records that a segment is missing of which all events are deleted, and the state needs them.
     */
    private void requireNotMissing(long base) {
      skipKnownUpTo(base);
      boolean isMissing = expected >= 0 && expected < base && base <= start && base > checkpointed;
      if (isMissing && pending.isEmpty()) {
        problems.add(new Problem(file, MissingSegments.forState(expected, base)));
      }
    }

    /** Skips the known ranges that begin before an offset. */
    private void skipKnownUpTo(long offset) {
      DamagedRange range = known.containing(expected);
      while (range != null && expected < offset) {
        expected = range.endOffset();
        range = known.containing(expected);
      }
    }

    void end() {
      if (!isEndKnown) {
        return;
      }
      skipKnownUpTo(Long.MAX_VALUE);
      if (Math.max(expected, 0) < durable) {
        problems.addAll(pending);
        problems.add(
            new Problem(
                file,
                "the log was durable up to offset "
                    + durable
                    + ", but ends at "
                    + Math.max(expected, 0)));
      } else {
        tornTails.addAll(pending);
      }
    }
  }
}
