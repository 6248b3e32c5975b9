package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packed distribution, which is unpacked and run with its own launcher. The test runs after the
 * package phase.
 */
@EnabledIfSystemProperty(named = "millrace.distribution", matches = ".+")
class DistributionTest {

  private static final Pattern NATIVE = Pattern.compile("native ([^,]+),");

  /** A regular expression for the directory of the libraries in the commands of README.md. */
  private static final String LIBRARIES = "broker-cli/target/[^:'\\s]+/lib";

  /** The archive is made with a low priority, so a busy machine takes minutes. */
  private static final Duration ARCHIVE_LIMIT = Duration.ofMinutes(15);

  @TempDir static Path directory;

  private static Path home;

  @BeforeAll
  static void unpack() throws Exception {
    String archive = System.getProperty("millrace.distribution");
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive, "-C", directory.toString()).inheritIO().start();
    assertThat(tar.waitFor()).isZero();
    try (Stream<Path> files = Files.list(directory)) {
      home = files.findFirst().orElseThrow();
    }
    String made = run(home.resolve("bin/millrace"), directory, "class-archive");
    assertThat(made).isEqualTo("the class archive is " + archives().get(0) + "\n");
  }

  /** The class archives, and what an attempt to make one can leave. */
  private static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cds"))) {
      return files.filter(file -> !file.endsWith(".lock")).toList();
    }
  }

  @Test
  void itHasTheFilesThatARunNeedsAndNoOtherPlatform() throws IOException {
    for (String name :
        List.of("bin/millrace", "millrace.jar", "config/broker.yaml", "LICENSE", "README.md")) {
      assertThat(home.resolve(name)).isNotEmptyFile();
    }
    try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
      assertThat(libraries.map(path -> path.getFileName().toString()).toList())
          .noneMatch(name -> name.matches(".*(windows|osx|junit|assertj).*"))
          .anyMatch(name -> name.startsWith("netty-transport-native-epoll"));
    }
  }

  @Test
  void itHasAManualPageOfEachCommandAndACompletionScript() throws Exception {
    Path pages = home.resolve("share/man/man1");
    assertThat(Files.readString(pages.resolve("millrace-topic-create.1")))
        .contains("\\-\\-partitions", ".SH OPTIONS")
        .doesNotContain("%%");
    try (Stream<Path> files = Files.list(pages)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .contains("millrace.1", "millrace-log-verify.1", "millrace-server.1")
          .doesNotContain("millrace-write-manual.1", "millrace-topic-ls.1");
    }
    assertThat(home.resolve("share/completion/millrace.bash")).isNotEmptyFile();
  }

  @Test
  void everyLinkOfItsPagesResolves() throws IOException {
    assertThat(PageLinks.pages(home).map(Path::getFileName).map(Path::toString))
        .contains("README.md", "operations.md", "protocol.md");
    assertThat(PageLinks.broken(home)).isEmpty();
  }

  @Test
  void itsLauncherRunsABrokerAndCommandsFromAnyDirectory() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    Path link = Files.createSymbolicLink(work.resolve("mill"), home.resolve("bin/millrace"));
    Process broker = startBroker(link, work);
    try {
      String server = "--server=" + awaitAddress(broker, work);
      run(link, work, "topic", "create", "first", server);
      Files.writeString(work.resolve("in"), "hello\n");
      run(link, work, "produce", "first", "--file=in", server);
      assertThat(run(link, work, "consume", "first", "--until=end", "--output=value", server))
          .isEqualTo("hello\n");
    } finally {
      stop(broker);
    }
    assertThat(broker.exitValue()).as("SIGTERM reached java through the launcher").isEqualTo(143);
    assertThat(run(link, work, "log", "inspect", "data")).contains("1 event, no damage");
  }

  @Test
  void aServerMakesAMissingClassArchiveAndOtherCommandsDoNot() throws Exception {
    Path work = Files.createDirectory(directory.resolve("archive"));
    Path launcher = home.resolve("bin/millrace");
    Path archive = archives().get(0);
    Files.delete(archive);
    Path left = Files.createDirectory(Path.of(archive + ".making-1"));
    run(launcher, work, "--version");
    run(launcher, work, "server", "--help");
    assertThat(archives()).containsExactly(left);

    Process broker = startBroker(launcher, work);
    try {
      awaitAddress(broker, work);
      await().atMost(ARCHIVE_LIMIT).until(() -> archives().equals(List.of(archive)));
    } finally {
      stop(broker);
    }
    assertThat(archive).isNotEmptyFile();
  }

  @Test
  void onlyTheBareCommandMakesTheClassArchive() throws Exception {
    Path launcher = home.resolve("bin/millrace");
    assertThat(run(launcher, directory, "class-archive", "--help"))
        .startsWith("Usage: millrace class-archive");
    Process wrong = launcher(launcher, directory, "class-archive", "now").start();
    assertThat(new String(wrong.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("unexpected argument 'now'");
    assertThat(wrong.waitFor()).isEqualTo(2);
  }

  @Test
  void itsReadmeNamesEveryPage() throws IOException {
    String readme = Files.readString(home.resolve("README.md"));
    try (Stream<Path> pages = Files.list(home.resolve("docs"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .filteredOn(page -> page.endsWith(".md"))
          .isNotEmpty()
          .allSatisfy(page -> assertThat(readme).contains("(docs/" + page + ")"));
    }
  }

  @Test
  void anInterruptedClassArchiveLeavesNothing() throws Exception {
    Path launcher = home.resolve("bin/millrace");
    Path archive = archives().get(0);
    Path kept = Files.move(archive, directory.resolve("kept.jsa"));
    Process making = launcher(launcher, directory, "class-archive").start();
    await().atMost(JavaProcess.LIMIT).until(() -> archives().size() == 1);
    List<ProcessHandle> started = making.descendants().toList();
    making.children().forEach(ProcessHandle::destroy);
    assertThat(making.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(JavaProcess.LIMIT)
        .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(archives()).isEmpty();
    Files.move(kept, archive);
  }

  /** As the XDG Base Directory Specification says. */
  @Test
  void aRelativePathOfTheCacheDirectoryIsIgnored() throws Exception {
    Path work = Files.createDirectory(directory.resolve("cache"));
    Path kept = Files.move(home.resolve("cds"), directory.resolve("kept-cds"));
    try {
      Files.createFile(home.resolve("cds"));
      ProcessBuilder nowhere = launcher(home.resolve("bin/millrace"), work, "class-archive");
      nowhere.environment().put("XDG_CACHE_HOME", "relative");
      nowhere.environment().put("HOME", ".");
      assertThat(nowhere.redirectErrorStream(true).start().waitFor()).isEqualTo(1);
      assertThat(work).isEmptyDirectory();

      Path user = Files.createDirectory(directory.resolve("user"));
      ProcessBuilder atHome = launcher(home.resolve("bin/millrace"), work, "--version");
      atHome.environment().put("XDG_CACHE_HOME", "relative");
      atHome.environment().put("HOME", user.toString());
      assertThat(atHome.redirectErrorStream(true).start().waitFor()).isZero();
      assertThat(work).isEmptyDirectory();
      assertThat(user.resolve(".cache/millrace")).isDirectory();
    } finally {
      Files.delete(home.resolve("cds"));
      Files.move(kept, home.resolve("cds"));
    }
  }

  @Test
  void nativeLibrariesAreLoadedAlthoughTheTemporaryDirectoryIsMountedNoexec() throws Exception {
    Path work = Files.createDirectory(directory.resolve("noexec"));
    assumeTrue(inNoexecTmp("true", work).start().waitFor() == 0, "needs mount namespaces");
    Path launcher = home.resolve("bin/millrace");
    Process broker = startBroker(launcher, work);
    try {
      String server = "--server=" + awaitAddress(broker, work);
      run(launcher, work, "topic", "create", "packed", server);
      Files.writeString(work.resolve("in"), "hello\n");
      String command = launcher + " produce packed --file=in --codec=zstd " + server;
      Process produce = inNoexecTmp(command, work).redirectErrorStream(true).start();
      String printed = new String(produce.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(produce.waitFor()).as(printed).isZero();
      assertThat(Files.getPosixFilePermissions(home.resolve("tmp")))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      try (Stream<Path> left = Files.list(home.resolve("tmp"))) {
        assertThat(left.filter(file -> file.toString().endsWith(".so"))).isEmpty();
      }
    } finally {
      stop(broker);
    }
  }

  /** Runs a command where /tmp is mounted noexec, except for the directory of this test. */
  private static ProcessBuilder inNoexecTmp(String command, Path work) {
    String mounts =
        "mount --bind /tmp /tmp && mount -o remount,bind,noexec /tmp && mount --bind $D $D && mount"
            + " -o remount,bind,exec $D && cd $W && ";
    ProcessBuilder builder = new ProcessBuilder("unshare", "-m", "sh", "-c", mounts + command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("D", directory.toString());
    builder.environment().put("W", work.toString());
    return builder;
  }

  /** The locale C is usual for cron and in containers. */
  @Test
  void argumentsAreUtf8InTheLocaleC() throws Exception {
    Path work = Files.createDirectory(directory.resolve("locale"));
    Path launcher = home.resolve("bin/millrace");
    Process broker = startBroker(launcher, work);
    try {
      String server = "--server=" + awaitAddress(broker, work);
      run(launcher, work, "topic", "create", "c", server);
      String produce = " produce c " + server + " --source \"$(printf 'w\\303\\244gen')\" <<< hi";
      runShell("LC_ALL=C " + launcher + produce, work);
      assertThat(run(launcher, work, "sources", "c", server)).contains("w\u00e4gen");

      String direct = "LC_ALL=C java -jar " + home.resolve("millrace.jar") + produce;
      assertThat(runShell(direct + " || echo \"exit $?\"", work))
          .contains("argument 5", "LC_ALL=C.UTF-8", "exit 2");
      assertThat(run(launcher, work, "sources", "c", server)).containsPattern("w\u00e4gen +1 ");
    } finally {
      stop(broker);
    }
  }

  /** Only the paths of the libraries and of the logging configuration, and the address, differ. */
  @Test
  void theProgramOfTheReadmeCompilesAndRunsTwiceWithItsLibraries() throws Exception {
    Path work = Files.createDirectory(directory.resolve("program"));
    Path launcher = home.resolve("bin/millrace");
    Process broker = startBroker(launcher, work);
    try {
      String address = awaitAddress(broker, work);
      run(launcher, work, "topic", "create", "fares", "--server=" + address);
      String program = Readme.blocks("java").get(0);
      assertThat(program).contains("localhost:9710");
      Files.writeString(work.resolve("Tour.java"), program.replace("localhost:9710", address));
      List<String> blocks = Readme.blocks("bash");
      assertThat(blocks).hasSize(1);
      assertThat(blocks.get(0))
          .containsPattern("javac .*" + LIBRARIES)
          .containsPattern("java .*" + LIBRARIES);
      String commands =
          blocks
              .get(0)
              .replaceAll(LIBRARIES, home.resolve("lib").toString())
              .replace("config/logback.xml", home.resolve("config/logback.xml").toString());

      assertThat(runShell(commands, work)).contains("0 vehicle-17 {\"fare\": 12.40}");
      assertThat(runShell(commands, work))
          .contains("0 vehicle-17 {\"fare\": 12.40}", "1 vehicle-17 {\"fare\": 12.40}");
    } finally {
      stop(broker);
    }
  }

  @Test
  void anOldOrMissingJavaIsReportedInOneLine() throws Exception {
    Path old = Files.createDirectories(directory.resolve("old/bin")).getParent();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Files.writeString(old.resolve("bin/java"), "#!/bin/sh\n");
    assertThat(old.resolve("bin/java").toFile().setExecutable(true)).isTrue();
    assertThat(errorWithJavaHome(old)).contains("Java 11.0.2", "JDK 17 or later");
    assertThat(errorWithJavaHome(directory.resolve("nothing"))).contains("has no bin/java");
  }

  private static Process startBroker(Path launcher, Path work) throws IOException {
    return launcher(launcher, work, "server", "--data-dir=data", "--port=0", "--http-port=0")
        .redirectError(work.resolve("log").toFile())
        .start();
  }

  private static String awaitAddress(Process broker, Path work) throws IOException {
    String ready = broker.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(ready).as(Files.readString(work.resolve("log"))).contains("is ready");
    Matcher address = NATIVE.matcher(ready);
    assertThat(address.find()).isTrue();
    return address.group(1);
  }

  private static void stop(Process broker) throws InterruptedException {
    broker.destroy();
    assertThat(broker.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  /** Runs commands in a shell, with the JDK of this test first on the path. */
  private static String runShell(String commands, Path work) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
            .directory(work.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .merge(
            "PATH",
            Path.of(System.getProperty("java.home"), "bin").toString(),
            (path, jdk) -> jdk + File.pathSeparator + path);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }

  private static String errorWithJavaHome(Path javaHome) throws Exception {
    ProcessBuilder builder = launcher(home.resolve("bin/millrace"), directory, "--version");
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.start();
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(error.lines()).hasSize(1);
    return error;
  }

  private static String run(Path launcher, Path work, String... arguments) throws Exception {
    Path errors = work.resolve("errors");
    Process process = launcher(launcher, work, arguments).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return out;
  }

  private static ProcessBuilder launcher(Path launcher, Path work, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }
}
