package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Maven module of a peer, after its build. It has the load process and the published artifacts
 * of the peer.
 *
 * @param directory the directory of the module; its name is the name of the peer
 */
record PeerModule(Path directory) {

  /** The JDK for the processes of peers that are written in Java, if it is installed. */
  private static final int PREFERRED_JDK = 25;

  private static final String LOG_LEVEL = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";

  String name() {
    return directory.getFileName().toString();
  }

  /** The directory of the published artifacts. */
  Path libraries() {
    return directory.resolve("target").resolve("lib");
  }

  /** The version of an artifact. */
  String version(String artifact) {
    String prefix = artifact + "-";
    try (Stream<Path> jars = Files.list(libraries())) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(jar -> jar.startsWith(prefix))
          .map(jar -> jar.substring(prefix.length(), jar.length() - ".jar".length()))
          .findFirst()
          .orElse("of unknown version");
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot list " + libraries() + "; build the module with mvn -Ppeers package", e);
    }
  }

  /** The JDK for the Java processes of the peer. */
  Jdk jdk() {
    return Jdk.find(PREFERRED_JDK).orElseGet(Jdk::running);
  }

  /** The JVM options for logging. */
  List<String> loggingOptions() {
    return List.of(LOG_LEVEL);
  }

  /**
   * The command of the load process.
   *
   * @param mainClass the simple name of its main class, which is in the package of the peer
   * @param options JVM options beside those for logging
   */
  List<String> loadCommand(Jdk jdk, String mainClass, List<String> options) {
    List<String> classPath = new ArrayList<>();
    classPath.add(directory.resolve("target").resolve("classes").toString());
    classPath.add(libraries() + "/*");
    classPath.add(System.getProperty("java.class.path"));
    List<String> all = new ArrayList<>(loggingOptions());
    all.addAll(options);
    return LoadProcess.command(
        jdk,
        all,
        String.join(":", classPath),
        "io.millrace.benchmarks." + name() + "." + mainClass);
  }
}
