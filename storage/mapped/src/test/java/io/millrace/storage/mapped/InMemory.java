package io.millrace.storage.mapped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes temporary directories in a file system in memory, if there is one with enough space: for
 * tests that open many logs and do not depend on the disk below.
 */
public final class InMemory implements TempDirFactory {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** More than the tests that run at the same time write. In a container it is often less. */
  private static final long ENOUGH_BYTES = 1L << 30;

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return create("millrace-test");
  }

  /** Creates a directory. The caller deletes it. */
  public static Path create(String prefix) throws IOException {
    return hasSpace()
        ? Files.createTempDirectory(SHARED_MEMORY, prefix)
        : Files.createTempDirectory(prefix);
  }

  private static boolean hasSpace() throws IOException {
    return Files.isWritable(SHARED_MEMORY)
        && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >= ENOUGH_BYTES;
  }
}
