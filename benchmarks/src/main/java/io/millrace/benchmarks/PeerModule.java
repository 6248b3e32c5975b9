package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A module with a peer's client, and what the peer publishes, which is built.
 *
 * @param directory its name is the peer's
 */
record PeerModule(Path directory) {

  /** The JDK on which what is written in Java runs, where there is one. */
  private static final int PREFERRED_JDK = 25;

  private static final String LOG_LEVEL = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";

  String name() {
    return directory.getFileName().toString();
  }

  /** Where the published artifacts are. */
  Path libraries() {
    return directory.resolve("target").resolve("lib");
  }

  /** The version of one of them. */
  String version(String artifact) {
    String prefix = artifact + "-";
    try (Stream<Path> jars = Files.list(libraries())) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(jar -> jar.startsWith(prefix))
          .map(jar -> jar.substring(prefix.length(), jar.length() - ".jar".length()))
          .findFirst()
          .orElse("of unknown version");
    } catch (IOException e) {
      throw new IllegalStateException("nothing in " + directory + ": build it with -Ppeers", e);
    }
  }

  /** The JDK of the peer's processes that are Java. */
  Jdk jdk() {
    return Jdk.find(PREFERRED_JDK).orElseGet(Jdk::running);
  }

  /** What each of these processes has among its options. */
  List<String> loggingOptions() {
    return List.of(LOG_LEVEL);
  }

  /**
   * The command of the load process.
   *
   * @param mainClass its simple name, in the package of the peer's name
   */
  List<String> loadCommand(Jdk jdk, String mainClass) {
    List<String> classPath = new ArrayList<>();
    classPath.add(directory.resolve("target").resolve("classes").toString());
    classPath.add(libraries() + "/*");
    classPath.add(System.getProperty("java.class.path"));
    return LoadProcess.command(
        jdk,
        loggingOptions(),
        String.join(":", classPath),
        "io.millrace.benchmarks." + name() + "." + mainClass);
  }
}
