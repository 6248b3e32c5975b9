package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the walk of docs/security.md: its shell blocks in their order, in real shells, with a real
 * broker that listens on all addresses. Only the ports are replaced, and {@code millrace} is a
 * script that runs the classes of this build.
 *
 * <p>A comment before a block says what is special: {@code exit: N} is the exit code (without it,
 * 0), {@code terminal: NAME} runs the block until the end or until {@code ended: NAME}, which
 * stands before the last output of that terminal. A block without a language is the output of the
 * block before it: each of its lines is a part of what was printed.
 */
class SecurityWalkTest {

  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:^<!-- (exit|terminal|ended): (\\S+) -->\\n)?^```(sh)?\\n(.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern SETUP = Pattern.compile("^(?:umask|export) .*$", Pattern.MULTILINE);

  private record Block(String kind, String argument, boolean isCommand, String text) {

    static Block of(Matcher found) {
      String kind = found.group(1) == null ? "exit" : found.group(1);
      String argument = found.group(2) == null ? "0" : found.group(2);
      return new Block(kind, argument, found.group(3) != null, found.group(4));
    }
  }

  private record Terminal(Process process, Path output) {

    String printed() {
      try {
        return Files.readString(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean shows(String expected) {
      String printed = printed();
      return expected.lines().allMatch(printed::contains);
    }

    void end() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  @TempDir Path directory;

  private final Map<String, Terminal> terminals = new HashMap<>();
  private final StringBuilder setup = new StringBuilder();
  private ReservedPort port;
  private ReservedPort httpPort;

  @BeforeEach
  void prepare() throws IOException {
    port = ReservedPort.reserve();
    httpPort = ReservedPort.reserve();
    String command =
        JavaProcess.millrace(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path launcher = Files.createDirectories(directory.resolve("bin")).resolve("millrace");
    Files.writeString(launcher, "#!/bin/sh\nexec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void endAll() {
    terminals.values().forEach(Terminal::end);
    port.close();
    httpPort.close();
  }

  @Test
  void theWalkFromLoopbackToANetworkShowsWhatThePageSays() throws Exception {
    List<Block> blocks = walk();
    assertThat(blocks).hasSizeGreaterThan(30);
    assertThat(blocks).filteredOn(block -> block.kind().equals("terminal")).hasSize(2);

    String printed = "";
    Terminal last = null;
    for (Block block : blocks) {
      if (block.kind().equals("ended")) {
        awaitEnd(terminals.get(block.argument()), block.text());
      } else if (block.kind().equals("terminal")) {
        last = open(block);
        terminals.put(block.argument(), last);
      } else if (block.isCommand()) {
        last = null;
        printed = run(block);
      } else if (last != null) {
        awaitOutput(last, block.text());
      } else {
        assertThat(printed).as("the output on the page").contains(block.text().lines().toList());
      }
    }
  }

  /** The rule at the start: the page says that this command does not start a broker. */
  @Test
  void withoutTlsAndAuthenticationTheSameAddressIsRefused() throws Exception {
    Terminal refused = start("exec millrace server --data-dir data --set listen.host=0.0.0.0");
    assertThat(refused.process().waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(refused.process().exitValue()).as(refused.printed()).isEqualTo(2);
    assertThat(refused.printed())
        .contains("the listener native has neither TLS nor authentication")
        .contains("millrace tls dev-cert", "millrace user add admin", "millrace server --data-dir");
  }

  private List<Block> walk() throws IOException {
    String page = Files.readString(SharedData.repository().resolve("docs/security.md"));
    String section = page.split("(?m)^## From loopback to a network\n")[1].split("(?m)^## ")[0];
    String withPorts =
        section
            .replace("localhost:9710", "localhost:" + port.number())
            .replace("0.0.0.0:9710", "0.0.0.0:" + port.number());
    List<Block> blocks = new ArrayList<>();
    Matcher found = BLOCK.matcher(withPorts);
    while (found.find()) {
      blocks.add(Block.of(found));
    }
    return blocks;
  }

  private Terminal open(Block block) throws IOException {
    terminals.values().forEach(each -> assertThat(each.process().isAlive()).isTrue());
    return start("exec " + block.text());
  }

  private String run(Block block) throws Exception {
    Matcher found = SETUP.matcher(block.text());
    Terminal terminal = start(block.text());
    try {
      boolean ended = terminal.process().waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended).as("ended: %s\n%s", block.text(), terminal.printed()).isTrue();
    } finally {
      terminal.end();
    }
    assertThat(terminal.process().exitValue())
        .as("exit code of %s\n%s", block.text(), terminal.printed())
        .isEqualTo(Integer.parseInt(block.argument()));
    while (found.find()) {
      setup.append(found.group()).append('\n');
    }
    return terminal.printed();
  }

  /** Starts commands in a shell of their own, after the settings of the shell so far. */
  private Terminal start(String commands) throws IOException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", setup + commands)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    environment.merge(
        "PATH",
        directory.resolve("bin").toString(),
        (path, own) -> own + File.pathSeparator + path);
    environment.put("HOME", directory.toString());
    environment.put("XDG_CONFIG_HOME", directory.resolve(".config").toString());
    environment.put("MILLRACE_LISTEN_PORT", String.valueOf(port.number()));
    environment.put("MILLRACE_HTTP_PORT", String.valueOf(httpPort.number()));
    return new Terminal(builder.start(), output);
  }

  private static void awaitOutput(Terminal terminal, String expected) {
    await()
        .alias("a terminal that prints " + expected)
        .atMost(JavaProcess.LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> terminal.shows(expected) || !terminal.process().isAlive());
    assertThat(terminal.printed()).contains(expected.lines().toList());
  }

  private static void awaitEnd(Terminal terminal, String expected) throws Exception {
    boolean ended = terminal.process().waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(ended).as("the terminal ended: %s", terminal.printed()).isTrue();
    assertThat(terminal.process().exitValue()).as(terminal.printed()).isEqualTo(1);
    assertThat(terminal.printed()).contains(expected.lines().toList());
  }
}
