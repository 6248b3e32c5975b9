package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about users, tokens and rules on the data directory of a stopped broker. */
class OfflineAccessTest {

  @TempDir Path directory;

  private Path data() {
    return directory.resolve("data");
  }

  private CommandResult run(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--data-dir", data().toString()));
    return MillraceCommand.runAlone(all.toArray(String[]::new));
  }

  private String done(String... command) {
    return run(command).orFail().stdoutText();
  }

  @Test
  void usersOfTheFilesAreThoseOfTheBroker() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "correct horse\n");
    assertThat(
            done("user", "add", "root", "--role", "admin", "--password-file", password.toString()))
        .isEqualTo("created user root\n");
    done("user", "add", "anna", "--no-password");
    done("user", "passwd", "anna", "--generate");
    done("user", "set-roles", "anna", "viewer");
    done("user", "disable", "anna");
    done("acl", "allow", "anna", "read", "topic:rides*");
    String token = done("token", "create", "ci", "--user", "anna").strip();
    assertThat(run("acl", "test", "root", "read", "topic:x").orFail().stdoutText())
        .isEqualTo("allowed: role: role:admin read topic:*\n");

    String users = done("user", "list");
    assertThat(users)
        .isEqualTo(
            """
            USER  ROLES   LOGIN     TOKENS
            anna  viewer  disabled       1
            root  admin   password       0
            """);
    String rules = done("acl", "list");
    String tokens = done("token", "list");
    try (EmbeddedBroker broker = EmbeddedBroker.builder().directory(data()).start()) {
      MillraceCommand millrace = new MillraceCommand(broker);
      assertThat(millrace.run("user", "list").orFail().stdoutText()).isEqualTo(users);
      assertThat(millrace.run("acl", "list").orFail().stdoutText()).isEqualTo(rules);
      assertThat(millrace.run("token", "list").orFail().stdoutText()).isEqualTo(tokens);
      millrace.run("user", "remove", "anna").orFail();
    }
    assertThat(done("user", "list")).doesNotContain("anna");
    assertThat(noFileHas(token.split("_")[2])).isTrue();
    assertThat(noFileHas("correct horse")).isTrue();
  }

  private boolean noFileHas(String secret) throws IOException {
    try (Stream<Path> files = Files.walk(data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), UTF_8);
        if (text.contains(secret)) {
          return false;
        }
      }
      return true;
    }
  }

  @Test
  void directoryOfARunningBrokerIsNotTouched() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().directory(data()).start()) {
      CommandResult refused = run("user", "add", "anna", "--no-password");

      assertThat(broker.port()).isPositive();
      assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(refused.stderr())
          .contains("[DIRECTORY_LOCKED]", "use --server in place of --data-dir");
    }
  }

  @Test
  void refusalsAreThoseOfTheBroker() {
    done("user", "add", "anna", "--generate", "--role", "admin");

    assertThat(run("user", "add", "anna", "--no-password").stderr()).contains("[USER_EXISTS]");
    assertThat(run("user", "describe", "ana").stderr()).contains("did you mean 'anna'?");
    assertThat(run("user", "remove", "anna").stderr()).contains("nobody could administer");
    assertThat(run("acl", "allow", "anna", "fly", "topic:x").stderr()).contains("[INVALID_RULE]");
    assertThat(run("token", "revoke", "x").stderr()).contains("[UNKNOWN_TOKEN]");
    CommandResult tokenOfNobody = run("token", "create", "t");
    assertThat(tokenOfNobody.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(tokenOfNobody.stderr()).contains("with --data-dir, --user names the user");
  }

  @Test
  void engineWithoutFilesHasNothingOffline() throws IOException {
    Path config =
        Files.writeString(directory.resolve("broker.yaml"), "storage:\n  engine: memory\n");

    CommandResult refused = run("user", "list", "--config", config.toString());

    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.stderr()).contains("storage.engine 'memory' keeps no users");
    assertThat(data()).doesNotExist();
  }

  @Test
  void optionsMustNotContradictEachOther() {
    assertThat(run("user", "list", "--server", "127.0.0.1:1").stderr())
        .contains("--server and --data-dir contradict each other");
    CommandResult config = MillraceCommand.runAlone("user", "list", "--config", "broker.yaml");
    assertThat(config.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(config.stderr()).contains("--config needs --data-dir");
  }
}
