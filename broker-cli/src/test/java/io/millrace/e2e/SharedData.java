package io.millrace.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Real event data beside the checkout; tests that want it are skipped where it is absent. */
final class SharedData {

  private SharedData() {}

  /** A file below {@code ../shared/data} of the repository; skips the test where it is missing. */
  static Path file(String name) {
    Path file = repository().resolveSibling("shared").resolve("data").resolve(name);
    assumeTrue(Files.isReadable(file), () -> "skipped: no " + name + " in ../shared/data");
    return file;
  }

  /** The text of a gzip file, as bytes. */
  static byte[] gunzip(Path file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The top folder of the checkout: the nearest one above that has a {@code scripts} folder. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("scripts"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
