package io.millrace.protocol.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jpountz.lz4.LZ4Factory;

/**
 * The native library of lz4-java. It is unpacked into {@code java.io.tmpdir} under a random name,
 * and deleted when the JVM exits, so a process that is killed would leave it there. A library that
 * is loaded needs no name. So it is deleted at once, as the other native libraries are.
 */
final class CompressionLibrary {

  /** The mapped files of this process; Linux only. */
  private static final Path MAPS = Path.of("/proc/self/maps");

  private static final Pattern UNPACKED = Pattern.compile("/.*/liblz4-java-[0-9]+\\.so");

  private CompressionLibrary() {}

  static LZ4Factory load() {
    LZ4Factory factory = LZ4Factory.fastestInstance();
    try {
      deleteUnpacked();
    } catch (IOException e) {
      // Another system, or too few descriptors: lz4-java deletes the file when the JVM exits.
      return factory;
    }
    return factory;
  }

  private static void deleteUnpacked() throws IOException {
    for (String mapped : Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1)) {
      Matcher unpacked = UNPACKED.matcher(mapped);
      if (unpacked.find()) {
        Files.deleteIfExists(Path.of(unpacked.group()));
      }
    }
  }
}
