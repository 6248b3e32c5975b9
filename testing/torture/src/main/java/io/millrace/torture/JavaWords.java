package io.millrace.torture;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of processes with the JVM and the classes of this process. */
final class JavaWords {

  /** Prefixes of the JVM options of this process that the others also get. */
  private static final List<String> INHERITED =
      List.of(
          "--add-",
          "--enable-native",
          "--sun-misc",
          "-Dio.netty",
          "-Dchronicle",
          "-Xlog",
          "-XX:SharedArchiveFile",
          "-XX:TieredStopAtLevel");

  private static final String COMMAND_LINE = "io.millrace.cli.Millrace";

  private JavaWords() {}

  /** The command that runs the command line; its arguments follow. */
  static List<String> commandLine(String... options) {
    List<String> words = java(options);
    String classPath = classPath();
    if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
      words.addAll(List.of("-jar", classPath));
    } else {
      words.addAll(List.of("-cp", classPath, COMMAND_LINE));
    }
    return words;
  }

  /** The command that runs another main class; its arguments follow. */
  static List<String> main(Class<?> main, String... options) {
    List<String> words = java(options);
    words.addAll(List.of("-cp", classPath(), main.getName()));
    return words;
  }

  private static List<String> java(String... options) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of(options));
    words.add("-Xshare:auto");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
        .forEach(words::add);
    return words;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
