package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From an empty directory to a broker whose users have rights of their own, with commands only. No
 * file and no output has a password or a token, except the one line that shows it.
 */
class SecuredBrokerTest {

  private static final String ROOT_PASSWORD = "correct-horse-battery";
  private static final String ANNA_PASSWORD = "staple-of-anna-1";

  @TempDir Path directory;

  private final StringBuilder printed = new StringBuilder();
  private EndToEndBroker broker;

  private CommandResult run(String... command) {
    CommandResult result = new MillraceCommand(broker).run(command);
    printed.append(result.stdoutText()).append(result.stderr());
    return result;
  }

  private CommandResult as(String user, String password, String... command) throws IOException {
    Path file = Files.writeString(directory.resolve("login-" + user), password + "\n");
    String[] all =
        Stream.concat(
                Stream.of(command),
                Stream.of("--login", user, "--login-password-file", file.toString()))
            .toArray(String[]::new);
    CommandResult result = run(all);
    Files.delete(file);
    return result;
  }

  private CommandResult root(String... command) throws IOException {
    return as("root", ROOT_PASSWORD, command);
  }

  private CommandResult anna(String... command) throws IOException {
    return as("anna", ANNA_PASSWORD, command);
  }

  private CommandResult withToken(String token, String... command) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), token);
    String[] all =
        Stream.concat(Stream.of(command), Stream.of("--token-file", file.toString()))
            .toArray(String[]::new);
    CommandResult result = run(all);
    Files.delete(file);
    return result;
  }

  @Test
  void usersHaveRightsOfTheirOwnAndNoSecretIsKept() throws Exception {
    Path data = directory.resolve("data");
    Path password = Files.writeString(directory.resolve("password"), ROOT_PASSWORD + "\n");
    MillraceCommand.runAlone(
            "user",
            "add",
            "root",
            "--role",
            "admin",
            "--password-file",
            password.toString(),
            "--data-dir",
            data.toString())
        .orFail();
    Files.writeString(password, ANNA_PASSWORD + "\n");

    broker = EndToEndBroker.start(directory, "--set", "security.authentication=required");
    try {
      assertThat(run("topic", "list").stderr()).contains("[AUTHENTICATION_REQUIRED]");
      assertThat(as("root", "wrong-password", "topic", "list").exitCode())
          .isEqualTo(ExitCode.FAILED);
      root("user", "add", "anna", "--password-file", password.toString()).orFail();
      Files.delete(password);
      root("topic", "create", "rides").orFail();
      root("topic", "create", "secrets").orFail();
      root("acl", "allow", "anna", "read", "topic:rides").orFail();
      assertThat(root("whoami").orFail().stdoutText())
          .contains("principal    root", "login        SCRAM-SHA-256", "roles        admin");

      assertThat(anna("topic", "list").orFail().stdoutText())
          .contains("rides")
          .doesNotContain("secrets");
      assertThat(anna("user", "list").stderr()).contains("[NOT_AUTHORIZED]");
      assertThat(anna("acl", "allow", "anna", "admin", "broker").stderr())
          .contains("[NOT_AUTHORIZED]");
      String token = anna("token", "create", "ci").orFail().stdoutText().strip();
      printed.setLength(printed.indexOf(token)); // the line that shows it
      assertThat(withToken(token, "whoami").orFail().stdoutText())
          .contains("principal    anna", "login        TOKEN", "expires      ");
      assertThat(withToken(token, "token", "create", "more").stderr()).contains("[NOT_AUTHORIZED]");

      root("user", "disable", "anna").orFail();
      assertThat(anna("topic", "list").stderr()).contains("[AUTHENTICATION_FAILED]");
      assertThat(withToken(token, "topic", "list").stderr()).contains("[AUTHENTICATION_FAILED]");

      broker.stop();
      assertNoSecret(List.of(ROOT_PASSWORD, ANNA_PASSWORD, token, token.split("_")[2]));
    } finally {
      broker.close();
    }
  }

  private void assertNoSecret(List<String> secrets) throws IOException {
    for (String secret : secrets) {
      assertThat(printed).doesNotContain(secret);
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), UTF_8).contains(secret))
              .as("%s has the secret %s", file, secret)
              .isFalse();
        }
      }
    }
  }
}
