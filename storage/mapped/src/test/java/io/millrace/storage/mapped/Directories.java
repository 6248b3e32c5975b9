package io.millrace.storage.mapped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Copies of directories as a kill -9 leaves them: the files as the kernel has them, while the
 * process still runs. A file that a background thread renames meanwhile is skipped, as if the
 * process had been killed a moment earlier.
 */
public final class Directories {

  private Directories() {}

  public static void copy(Path from, Path to) {
    try {
      Files.walkFileTree(from, new Copy(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Copy extends SimpleFileVisitor<Path> {

    private final Path from;
    private final Path to;

    Copy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    private Path copyOf(Path file) {
      return to.resolve(from.relativize(file).toString());
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectories(copyOf(directory));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      try {
        Files.copy(file, copyOf(file));
        return FileVisitResult.CONTINUE;
      } catch (NoSuchFileException renamedMeanwhile) {
        return visitFileFailed(file, renamedMeanwhile);
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
      if (cause instanceof NoSuchFileException && !file.equals(from)) {
        return FileVisitResult.CONTINUE;
      }
      throw cause;
    }
  }
}
