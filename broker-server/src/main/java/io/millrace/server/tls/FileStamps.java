package io.millrace.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * The times and sizes of files at one moment, to see that one has changed. Symbolic links are
 * followed: Kubernetes replaces a link of the directory, which no event of the files shows.
 * Immutable.
 *
 * @param stamps in the order of the files; empty for one that is not there
 */
record FileStamps(List<Optional<Stamp>> stamps) {

  /**
   * @param file identity of the file, such as its inode; null if the file system has none
   */
  record Stamp(FileTime modified, long bytes, Object file) {}

  static FileStamps of(List<Path> files) {
    return new FileStamps(files.stream().map(FileStamps::stamp).toList());
  }

  private static Optional<Stamp> stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
