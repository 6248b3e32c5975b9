package io.millrace.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The build under test as an executable jar with a class archive, as in a distribution. A command
 * then needs half of the processor time that it needs with directories of classes. The jar is made
 * once for each build, in {@code target/packed}. JVMs that run tests of the same build at the same
 * time share it.
 */
final class PackedBuild {

  private static PackedBuild current;

  private final Path jar;
  private final Path archive;

  private PackedBuild(Path directory) {
    this.jar = directory.resolve("millrace.jar");
    this.archive = directory.resolve("classes.jsa");
  }

  /** Returns the packed build of the classes of this JVM. Makes it if it does not exist. */
  static synchronized PackedBuild current() {
    if (current == null) {
      try {
        current = open(SharedData.repository().resolve("broker-cli/target/packed"));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot pack the build", e);
      }
    }
    return current;
  }

  /** The executable jar. Its manifest names all other jars. */
  Path jar() {
    return jar;
  }

  /** The JVM options that use the class archive. */
  List<String> archiveOptions() {
    return Files.exists(archive)
        ? List.of(
            "-XX:SharedArchiveFile=" + archive,
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xlog:cds*=off")
        : List.of();
  }

  /** The classes of tests, which are not in the jar. */
  static Path testClasses() {
    return classPath().stream()
        .filter(entry -> entry.endsWith("test-classes"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  private static PackedBuild open(Path directory) throws IOException {
    List<Path> entries =
        classPath().stream().filter(entry -> !entry.endsWith("test-classes")).toList();
    PackedBuild build = new PackedBuild(directory);
    Path contents = directory.resolve("contents.txt");
    Files.createDirectories(directory);
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock(); // Other test JVMs wait until the file is closed.
      List<String> expected = contents(entries);
      if (!Files.exists(contents) || !Files.readAllLines(contents).equals(expected)) {
        Files.deleteIfExists(contents);
        Files.deleteIfExists(build.archive);
        PackedJar.write(build.jar, entries);
        build.makeArchive();
        Files.write(contents, expected);
      }
    }
    return build;
  }

  /** What the packed build is made of. If these lines change, it is made again. */
  private static List<String> contents(List<Path> entries) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(System.getProperty("java.home") + " " + Runtime.version());
    for (Path entry : entries) {
      try (Stream<Path> files = Files.exists(entry) ? Files.walk(entry) : Stream.empty()) {
        for (Path file : files.sorted().toList()) {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          if (attributes.isRegularFile()) {
            lines.add(file + " " + attributes.size() + " " + attributes.lastModifiedTime());
          }
        }
      }
    }
    return lines;
  }

  /**
   * Makes the archive in two steps, as {@code scripts/millrace} does. If a JVM cannot make one, the
   * tests run without it.
   */
  private void makeArchive() throws IOException {
    Path classes = jar.resolveSibling("classes.txt");
    boolean made =
        ran(
                "-XX:DumpLoadedClassList=" + classes,
                "-Dio.netty.jfr.enabled=false",
                "-jar",
                jar.toString(),
                "train-archive")
            && ran(
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                jar.toString());
    if (!made) {
      Files.deleteIfExists(archive);
    }
  }

  private boolean ran(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(JavaProcess.java());
    command.addAll(List.of("-Xmx256m", "-Xlog:disable"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--sun-misc"))
        .forEach(command::add);
    command.addAll(List.of(options));
    Path log = jar.resolveSibling("archive.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process.onExit().join();
    return process.exitValue() == 0;
  }
}
