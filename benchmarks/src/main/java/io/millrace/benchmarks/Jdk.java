package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param version the version, such as {@code 25.0.1}
 */
record Jdk(Path home, String version) {

  /** The JDK that runs this process. */
  static Jdk running() {
    return new Jdk(Path.of(System.getProperty("java.home")), System.getProperty("java.version"));
  }

  /**
   * Finds a JDK of a major version: in {@code JAVA_HOME_<major>} or {@code JAVA_HOME_<major>_X64},
   * else in the parent directory of the running JDK.
   */
  static Optional<Jdk> find(int major) {
    Map<String, String> environment = System.getenv();
    Stream<Path> named =
        Stream.of("JAVA_HOME_" + major, "JAVA_HOME_" + major + "_X64")
            .map(environment::get)
            .filter(home -> home != null && !home.isEmpty())
            .map(Path::of);
    return Stream.concat(Stream.concat(named, Stream.of(running().home())), neighbours().stream())
        .flatMap(home -> at(home).stream())
        .filter(jdk -> jdk.version().split("[.+-]")[0].equals(Integer.toString(major)))
        .findFirst();
  }

  Path java() {
    return home.resolve("bin").resolve("java");
  }

  private static List<Path> neighbours() {
    Path parent = running().home().getParent();
    if (parent == null) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for JDKs in " + parent, e);
    }
  }

  private static Optional<Jdk> at(Path home) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(release)) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
          .map(version -> new Jdk(home, version))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + release, e);
    }
  }
}
