package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files of one log. */
final class LogDirectory {

  /** Ends the name of a file that is not finished; it is removed when the log is opened. */
  static final String TEMPORARY = ".tmp";

  private static final String SEGMENT = ".log";
  private static final String INDEX = ".index";
  private static final Pattern NUMBERED = Pattern.compile("(\\d{20})\\.(log|index)");
  private static final Pattern LOG =
      Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\\d{1,9})");

  private static final String LARGEST = "%020d".formatted(Long.MAX_VALUE);

  private final Path path;

  LogDirectory(Path path) {
    this.path = path;
  }

  static LogDirectory of(Path logs, LogId id) {
    return new LogDirectory(logs.resolve(id.toString()));
  }

  /** The log that a directory of this name holds, if any. */
  static Optional<LogId> idOf(Path directory) {
    Matcher name = LOG.matcher(directory.getFileName().toString());
    return name.matches()
        ? Optional.of(new LogId(UUID.fromString(name.group(1)), Integer.parseInt(name.group(2))))
        : Optional.empty();
  }

  Path path() {
    return path;
  }

  Path segment(long baseOffset) {
    return numbered(baseOffset, SEGMENT);
  }

  Path index(long baseOffset) {
    return numbered(baseOffset, INDEX);
  }

  /** A segment that is prepared before its base offset is known. */
  Path preparedSegment() {
    return path.resolve("next" + SEGMENT + TEMPORARY);
  }

  Path unfinishedSegment(long baseOffset) {
    return numbered(baseOffset, SEGMENT + TEMPORARY);
  }

  Path checkpoint() {
    return path.resolve("checkpoint");
  }

  Path closedMark() {
    return path.resolve("closed");
  }

  private Path numbered(long offset, String suffix) {
    return path.resolve("%020d%s".formatted(offset, suffix));
  }

  /** Deletes everything, the oldest first; nothing if it does not exist. */
  void delete() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
    } catch (NoSuchFileException nothingToDelete) {
      return;
    } catch (IOException e) {
      throw DiskFailure.of("delete", path, e);
    }
  }

  /**
   * What the directory holds.
   *
   * @param segments base offsets, ascending
   * @param leftovers unfinished files, and indexes without a segment
   */
  record Listing(List<Long> segments, List<Path> leftovers) {}

  Listing list() {
    TreeSet<Long> segments = new TreeSet<>();
    TreeSet<Long> indexes = new TreeSet<>();
    List<Path> leftovers = new ArrayList<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        Matcher numbered = NUMBERED.matcher(name);
        if (numbered.matches() && numbered.group(1).compareTo(LARGEST) <= 0) {
          long offset = Long.parseLong(numbered.group(1));
          (numbered.group(2).equals("log") ? segments : indexes).add(offset);
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
