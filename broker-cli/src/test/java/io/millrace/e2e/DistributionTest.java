package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The packed distribution, unpacked somewhere and run by its own launcher; in the phase after it
 * was packed.
 */
@EnabledIfSystemProperty(named = "millrace.distribution", matches = ".+")
class DistributionTest {

  private static final Pattern NATIVE = Pattern.compile("native ([^,]+),");

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
  }

  @Test
  void itHoldsWhatARunNeedsAndNoOtherPlatform() throws IOException {
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
  void itsLauncherRunsABrokerAndCommandsFromAnyDirectory() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    Path link = Files.createSymbolicLink(work.resolve("mill"), home.resolve("bin/millrace"));
    Process broker =
        launcher(link, work, "server", "--data-dir=data", "--port=0", "--http-port=0")
            .redirectError(work.resolve("log").toFile())
            .start();
    try (BufferedReader lines = broker.inputReader(StandardCharsets.UTF_8)) {
      String ready = lines.readLine();
      assertThat(ready).as(Files.readString(work.resolve("log"))).contains("is ready");
      Matcher address = NATIVE.matcher(ready);
      assertThat(address.find()).isTrue();
      String server = "--server=" + address.group(1);
      run(link, work, "topic", "create", "first", server);
      Files.writeString(work.resolve("in"), "hello\n");
      run(link, work, "produce", "first", "--file=in", server);
      assertThat(run(link, work, "consume", "first", "--until=end", "--output=value", server))
          .isEqualTo("hello\n");
    } finally {
      broker.destroy();
      assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(broker.exitValue()).as("SIGTERM reached java through the launcher").isEqualTo(143);
    assertThat(run(link, work, "log", "inspect", "data")).contains("1 event, no damage");
    try (Stream<Path> archives = Files.list(home.resolve("cds"))) {
      assertThat(archives.map(Path::toString).toList()).hasSize(1).allMatch(a -> a.endsWith("jsa"));
    }
  }

  @Test
  void aJavaThatIsTooOldOrMissingIsToldInOneLine() throws Exception {
    Path old = Files.createDirectories(directory.resolve("old/bin")).getParent();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Files.writeString(old.resolve("bin/java"), "#!/bin/sh\n");
    assertThat(old.resolve("bin/java").toFile().setExecutable(true)).isTrue();
    assertThat(errorWithJavaHome(old)).contains("Java 11.0.2", "JDK 17 or later");
    assertThat(errorWithJavaHome(directory.resolve("nothing"))).contains("has no bin/java");
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
