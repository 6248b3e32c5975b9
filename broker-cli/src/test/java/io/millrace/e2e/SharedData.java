package io.millrace.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Real event data next to the checkout. Tests that need it are skipped if it does not exist. */
final class SharedData {

  private SharedData() {}

  /** A file in {@code ../shared/data} of the repository. Skips the test if it does not exist. */
  static Path file(String name) {
    Path file = repository().resolveSibling("shared").resolve("data").resolve(name);
    assumeTrue(Files.isReadable(file), () -> "skipped: no " + name + " in ../shared/data");
    return file;
  }

  /** The unpacked content of a gzip file. */
  static byte[] gunzip(Path file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The root directory of the checkout: the nearest parent with a {@code scripts} directory. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("scripts"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
