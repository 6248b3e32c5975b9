package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one log: the names of its files, and the list of those that exist. Any thread.
 */
public final class LogDirectory {

  /** Suffix of a file that is not complete; recovery removes it. */
  static final String TEMPORARY = ".tmp";

  /** Suffix of the directory of a log that is being deleted. */
  private static final String DELETED = ".deleted";

  private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);

  private static final String SEGMENT = ".log";
  private static final String INDEX = ".index";
  private static final int DIGITS = 20;
  private static final Pattern LOG_NAME =
      Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\\d{1,9})");

  private final Path path;
  private final String name;

  /** The directory of the log that its name states. */
  public LogDirectory(Path path) {
    this(path, String.valueOf(path.toAbsolutePath().normalize().getFileName()));
  }

  private LogDirectory(Path path, String name) {
    this.path = path;
    this.name = name;
  }

  /** The directory of a log, which may be a copy under any name. */
  public static LogDirectory copied(Path path, LogId id) {
    return new LogDirectory(path, id.toString());
  }

  public static LogDirectory of(Path logs, LogId id) {
    return new LogDirectory(logs.resolve(id.toString()), id.toString());
  }

  /** The name of the log, {@code TOPIC-PARTITION}. The checksums of its small files cover it. */
  String name() {
    return name;
  }

  /** What the checksum of the index of a segment covers: the log and the segment. */
  String nameOfIndex(long baseOffset) {
    return name + "/" + name(baseOffset, INDEX);
  }

  /** The log whose directory has this name; empty for any other name. */
  public static Optional<LogId> idOf(Path directory) {
    Matcher name = LOG_NAME.matcher(directory.getFileName().toString());
    return name.matches()
        ? Optional.of(new LogId(UUID.fromString(name.group(1)), Integer.parseInt(name.group(2))))
        : Optional.empty();
  }

  /** The logs that have a directory in the directory of all logs. */
  public static Set<LogId> idsIn(Path logs) {
    try (Stream<Path> paths = Files.list(logs)) {
      return paths.flatMap(path -> idOf(path).stream()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw DiskFailure.of("list", logs, e);
    }
  }

  public Path path() {
    return path;
  }

  public Path segment(long baseOffset) {
    return path.resolve(segmentName(baseOffset));
  }

  /** The file name of the segment with a base offset. */
  static String segmentName(long baseOffset) {
    return name(baseOffset, SEGMENT);
  }

  public Path index(long baseOffset) {
    return numbered(baseOffset, INDEX);
  }

  /** The temporary name of a segment that is prepared before its base offset is known. */
  public Path preparedSegment() {
    return path.resolve("next" + SEGMENT + TEMPORARY);
  }

  /** The temporary name of the segment with a base offset. */
  Path unfinishedSegment(long baseOffset) {
    return numbered(baseOffset, SEGMENT + TEMPORARY);
  }

  public Path checkpoint() {
    return path.resolve("checkpoint");
  }

  public Path checkpointCopy() {
    return path.resolve("checkpoint.copy");
  }

  public Path manifest() {
    return path.resolve("manifest");
  }

  public Path manifestCopy() {
    return path.resolve("manifest.copy");
  }

  public Path damage() {
    return path.resolve("damage");
  }

  public Path closedMark() {
    return path.resolve("closed");
  }

  private Path numbered(long offset, String suffix) {
    return path.resolve(name(offset, suffix));
  }

  private static String name(long offset, String suffix) {
    String digits = Long.toString(offset);
    return "0".repeat(DIGITS - digits.length()) + digits + suffix;
  }

  /** The base offset in the name of a segment file; -1 for any other name. */
  static long segmentOf(Path file) {
    return offsetOf(file.getFileName().toString(), SEGMENT);
  }

  /** The offset in a name of 20 digits and a suffix; -1 for any other name. */
  private static long offsetOf(String name, String suffix) {
    if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
      return -1;
    }
    try {
      return Long.parseUnsignedLong(name, 0, DIGITS, 10);
    } catch (NumberFormatException foreign) {
      return -1;
    }
  }

  /**
   * Deletes the directory and its files; does nothing if there is none. Renames the directory
   * first, so that a crash leaves either the whole log or none. {@link #removeDeleted} removes the
   * rest.
   */
  public void delete() {
    Path deleted = path.resolveSibling(path.getFileName() + DELETED);
    try {
      deleteFiles(deleted);
      Files.move(path, deleted, StandardCopyOption.ATOMIC_MOVE);
      deleteFiles(deleted);
    } catch (NoSuchFileException nothingToDelete) {
      return;
    } catch (IOException e) {
      throw DiskFailure.of("delete", path, e);
    }
  }

  /**
   * Removes what interrupted deletions have left in the directory of all logs. Nothing needs it, so
   * what cannot be removed is logged and stays.
   */
  public static void removeDeleted(Path logs) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(logs, "*" + DELETED)) {
      for (Path directory : left) {
        removeOrWarn(directory);
      }
    } catch (IOException e) {
      throw DiskFailure.of("list", logs, e);
    }
  }

  private static void removeOrWarn(Path directory) {
    try {
      deleteFiles(directory);
    } catch (IOException e) {
      LOG.warn("event=file_not_deleted file={} reason=\"{}\"", directory, e.toString());
    }
  }

  private static void deleteFiles(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException nothingToDelete) {
      return;
    }
    Files.deleteIfExists(directory);
  }

  /**
   * The files in the directory.
   *
   * @param segments base offsets, ascending
   * @param leftovers incomplete files, and indexes without a segment
   */
  public record Listing(List<Long> segments, List<Path> leftovers) {}

  public Listing list() {
    TreeSet<Long> segments = new TreeSet<>();
    TreeSet<Long> indexes = new TreeSet<>();
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (offsetOf(name, SEGMENT) >= 0) {
          segments.add(offsetOf(name, SEGMENT));
        } else if (offsetOf(name, INDEX) >= 0) {
          indexes.add(offsetOf(name, INDEX));
        } else if (name.endsWith(TEMPORARY)) {
          leftovers.add(file);
        }
      }
    } catch (NoSuchFileException e) {
      return new Listing(List.of(), List.of());
    } catch (IOException e) {
      throw DiskFailure.of("list", path, e);
    }
    indexes.removeAll(segments);
    indexes.forEach(offset -> leftovers.add(index(offset)));
    Collections.sort(leftovers);
    return new Listing(List.copyOf(segments), leftovers);
  }
}
