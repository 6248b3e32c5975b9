package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about users, tokens and rules, on a broker that asks nobody to log in. */
class AccessCommandsTest {

  private static final String PASSWORD = "correct horse";

  private final EmbeddedBroker broker = EmbeddedBroker.builder().inMemory().start();
  private final MillraceCommand millrace = new MillraceCommand(broker);

  @TempDir Path directory;

  @AfterEach
  void stop() {
    broker.close();
  }

  private String run(String... command) {
    return millrace.run(command).orFail().stdoutText();
  }

  private CommandResult add(String name, String... options) {
    String[] command = new String[options.length + 5];
    command[0] = "user";
    command[1] = "add";
    command[2] = name;
    command[3] = "--password-file";
    command[4] = "-";
    System.arraycopy(options, 0, command, 5, options.length);
    return millrace.run((PASSWORD + "\n").getBytes(UTF_8), command);
  }

  @Test
  void usersAreAddedShownChangedAndRemoved() {
    assertThat(millrace.run("user", "list").orFail().stderr())
        .isEqualTo("There are no users; 'millrace user add' creates one.\n");
    assertThat(add("anna", "--role", "producer", "--role", "viewer").orFail().stdoutText())
        .isEqualTo("created user anna\n");
    assertThat(run("user", "add", "ci", "--no-password")).isEqualTo("created user ci\n");
    assertThat(run("user", "list"))
        .isEqualTo(
            """
            USER  ROLES             LOGIN        TOKENS
            anna  producer, viewer  password          0
            ci    -                 no password       0
            """);

    assertThat(run("user", "set-roles", "anna", "consumer"))
        .isEqualTo("user anna has the roles consumer\n");
    assertThat(run("user", "set-roles", "anna")).isEqualTo("user anna has no role\n");
    assertThat(run("user", "disable", "anna")).isEqualTo("user anna is disabled\n");
    assertThat(run("user", "describe", "anna"))
        .isEqualTo("user   anna\nroles  -\nlogin  disabled\n");
    assertThat(run("user", "enable", "anna")).isEqualTo("user anna is enabled\n");
    run("acl", "allow", "anna", "read", "topic:rides*");
    run("token", "create", "t", "--user", "anna");
    assertThat(run("user", "describe", "anna"))
        .contains("PRINCIPAL  PERMISSION", "anna       read topic:rides*", "ID  ");
    assertThat(run("user", "remove", "anna")).isEqualTo("deleted user anna, 1 token and 1 rule\n");
    assertThat(run("user", "remove", "anna", "--if-exists")).isEqualTo("there is no user anna\n");
    CommandResult unknown = millrace.run("user", "remove", "anna");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.stderr()).contains("there is no user 'anna'", "[UNKNOWN_USER]");
  }

  @Test
  void generatedPasswordIsPrintedOnceAndAlone() {
    CommandResult created = millrace.run("user", "add", "anna", "--generate").orFail();

    assertThat(created.stdoutText()).matches("[A-Za-z0-9]{24}\n");
    assertThat(created.stderr()).isEqualTo("Created user anna; its password is above.\n");
    String again = run("user", "passwd", "anna", "--generate", "--output", "json");
    assertThat(again).matches("\\{\"user\":\"anna\",\"password\":\"[A-Za-z0-9]{24}\"}\n");
    assertThat(again).doesNotContain(created.stdoutText().strip());
  }

  @Test
  void passwordComesFromAFileOrAnInput() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), PASSWORD + "\r\n");
    assertThat(run("user", "add", "anna", "--password-file", file.toString()))
        .isEqualTo("created user anna\n");
    assertThat(
            millrace
                .run(PASSWORD.getBytes(UTF_8), "user", "passwd", "anna", "--password-file", "-")
                .orFail()
                .stdoutText())
        .isEqualTo("user anna has a new password\n");

    refused("", "standard input has no password: it is empty");
    refused("one-line-1\ntwo-lines\n", "standard input has more than one line");
    refused("short\n", "fewer than 8 characters");
    refused("x".repeat(1025), "more than 1024 bytes");
    refused("x".repeat(20_000), "standard input is too long");
    refused("bell-\u0007-bell\n", "a character that is not allowed");
    assertThat(millrace.run("user", "passwd", "anna", "--password-file", "none").stderr())
        .contains("the password file none cannot be read: no such file or directory");
    CommandResult latin =
        millrace.run(
            "pässwörter".getBytes(ISO_8859_1), "user", "passwd", "anna", "--password-file", "-");
    assertThat(latin.stderr()).contains("standard input is not UTF-8");
  }

  private void refused(String password, String reason) {
    CommandResult result =
        millrace.run(password.getBytes(UTF_8), "user", "passwd", "anna", "--password-file", "-");
    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.stderr()).contains(reason);
    if (!password.isEmpty()) {
      assertThat(result.stderr()).doesNotContain(password.strip());
    }
  }

  @Test
  void passwordOptionsMustNotContradictEachOther() {
    assertThat(usage("user", "add", "anna"))
        .contains("there is no terminal to ask for the password; give it with --password-file");
    assertThat(usage("user", "add", "anna", "--generate", "--password-file", "-"))
        .contains("--generate and --password-file contradict each other");
    assertThat(usage("user", "add", "anna", "--no-password", "--generate"))
        .contains("--no-password contradicts --generate");
    assertThat(usage("user", "add", "anna", "--password", PASSWORD))
        .contains("there is no option '--password'");
  }

  private String usage(String... command) {
    CommandResult result = millrace.run(command);
    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    return result.stderr();
  }

  @Test
  void lastAdministratorIsTakenAwayByForceOnly() {
    add("root", "--role", "admin").orFail();

    assertThat(millrace.run("user", "disable", "root").stderr())
        .contains("nobody could administer the broker", "[INVALID_REQUEST]");
    assertThat(millrace.run("user", "remove", "root").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(millrace.run("user", "set-roles", "root").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run("user", "remove", "root", "--force")).contains("deleted user root");
  }

  @Test
  void tokenIsPrintedOnceAndAlone() {
    add("anna").orFail();
    CommandResult created =
        millrace
            .run(
                "token",
                "create",
                "ci",
                "--user",
                "anna",
                "--allow",
                "read topic:rides*",
                "--allow",
                "join group:ci")
            .orFail();

    String token = created.stdoutText().strip();
    String id = token.split("_")[1];
    assertThat(token).startsWith("mrt_");
    assertThat(created.stderr())
        .startsWith("Created token " + id + ", which expires at ")
        .endsWith(". It is not shown again.\n")
        .doesNotContain(token);
    String list = run("token", "list", "--user", "anna");
    assertThat(list)
        .contains(id, "ci", "anna", "read topic:rides*; join group:ci")
        .doesNotContain(token.split("_")[2]);
    assertThat(run("token", "create", "forever", "--user", "anna", "--expires", "never"))
        .startsWith("mrt_");
    assertThat(run("token", "list")).contains("never");

    assertThat(run("token", "revoke", id)).isEqualTo("revoked token " + id + "\n");
    assertThat(millrace.run("token", "revoke", id).stderr()).contains("[UNKNOWN_TOKEN]");
    assertThat(usage("token", "create", "t", "--expires", "soon")).contains("'soon'", "'never'");
    assertThat(usage("token", "create", "t", "--expires", "0s"))
        .contains("a token cannot expire at once");
    assertThat(millrace.run("token", "create", "t", "--user", "anna", "--allow", "fly").stderr())
        .contains("[INVALID_RULE]");
  }

  @Test
  void rulesAreAddedListedTestedAndRevoked() {
    add("anna").orFail();
    assertThat(run("acl", "allow", "anna", "write", "topic:rides", "--source", "vehicle-*"))
        .isEqualTo("added rule anna write topic:rides source:vehicle-*\n");
    assertThat(run("acl", "allow", "anna", "write", "topic:rides", "--source", "vehicle-*"))
        .isEqualTo("the rule exists already: anna write topic:rides source:vehicle-*\n");
    run("acl", "allow", "*", "describe", "broker");
    assertThat(run("acl", "list"))
        .isEqualTo(
            """
            PRINCIPAL  PERMISSION
            anna       write topic:rides source:vehicle-*
            *          describe broker
            """);
    assertThat(run("acl", "list", "--principal", "*"))
        .isEqualTo("PRINCIPAL  PERMISSION\n*          describe broker\n");

    assertThat(run("acl", "test", "anna", "describe", "broker"))
        .isEqualTo("allowed: rule: * describe broker\n");
    CommandResult denied = millrace.run("acl", "test", "anna", "read", "topic:rides");
    assertThat(denied.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(denied.stdoutText()).isEqualTo("denied: no rule and no role allows it\n");
    assertThat(
            millrace
                .run("acl", "test", "anna", "write", "topic:rides", "--source", "truck-1")
                .stdoutText())
        .isEqualTo("denied: the rules allow events of other sources only: 'vehicle-*'\n");

    assertThat(run("acl", "revoke", "*", "describe", "broker"))
        .isEqualTo("removed rule * describe broker\n");
    assertThat(millrace.run("acl", "revoke", "*", "describe", "broker").stderr())
        .contains("there is no rule '* describe broker'", "[INVALID_RULE]");
    assertThat(millrace.run("acl", "allow", "anna", "reed", "topic:x").stderr())
        .contains("did you mean 'read'?", "[INVALID_RULE]");
  }

  @Test
  void brokerSaysWhoTheClientIsAndWhatItHasLoaded() {
    CommandResult me = millrace.run("whoami").orFail();
    assertThat(me.stdoutText())
        .isEqualTo("principal    anonymous\nlogin        none\nroles        -\n");
    assertThat(me.stderr())
        .isEqualTo("The broker asks nobody to log in: every client may do everything.\n");
    assertThat(run("admin", "reload")).isEqualTo("nothing to load: no listener has TLS\n");
  }
}
