package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start loads no class of a listener that is not enabled, or of an engine that is not used. */
@Timeout(300)
class UnusedPlugsTest {

  @TempDir Path directory;

  /** The process that the test watches: starts a server in memory without HTTP. */
  static final class Start {

    private Start() {}

    public static void main(String[] args) {
      TestServers.start(Map.of("http.enabled", "false")).close();
    }
  }

  @Test
  void onlyTheirProvidersAreLoaded() throws IOException, InterruptedException {
    Path loaded = directory.resolve("loaded");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded,
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName())
            .inheritIO()
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();

    List<String> log = Files.readAllLines(loaded);
    assertThat(log).anyMatch(line -> line.contains(" io.millrace.server.nativeprotocol.Native"));
    assertThat(classesIn("io.millrace.server.http.", log))
        .containsExactly("io.millrace.server.http.HttpListenerProvider");
    assertThat(classesIn("io.millrace.storage.mapped.", log))
        .containsExactly(
            "io.millrace.storage.mapped.MappedStorageProvider",
            "io.millrace.storage.mapped.MappedStorageProvider$Engine");
  }

  private static List<String> classesIn(String prefix, List<String> log) {
    return log.stream()
        .flatMap(line -> List.of(line.split(" ")).stream())
        .filter(word -> word.startsWith(prefix))
        .toList();
  }
}
