package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.security.User;
import io.millrace.security.scram.PasswordVerifier;
import io.millrace.server.settings.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The administrator that the settings name. */
@ExtendWith(NoLeaks.class)
class BootstrapUserTest {

  private static final String SECRET = "correct horse";

  @TempDir Path directory;

  private Path passwordFile() {
    return directory.resolve("password");
  }

  private MillraceServer start() {
    return TestServers.start(
        "mapped",
        directory.resolve("data"),
        Map.of(
            "security.authentication",
            "required",
            "security.bootstrapUser",
            "root",
            "security.bootstrapPasswordFile",
            passwordFile().toString()));
  }

  @Test
  void firstStartCreatesTheUserAndNoLaterStartChangesIt() throws IOException {
    writePassword(SECRET + "\n");
    try (MillraceServer server = start()) {
      User user = server.access().current().users().get("root");
      assertThat(user.roles()).containsExactly("admin");
      assertThat(PasswordVerifier.matches(user.verifiers().get(0), SECRET.toCharArray())).isTrue();
      server.access().change(state -> state.withUsers(renamed(state.users().get("root"))));
    }

    Files.delete(passwordFile());
    try (MillraceServer server = start()) {
      assertThat(server.access().current().users()).containsOnlyKeys("other");
    }
  }

  private static TreeMap<String, User> renamed(User user) {
    TreeMap<String, User> users = new TreeMap<>();
    users.put("other", new User("other", user.roles(), user.enabled(), user.verifiers()));
    return users;
  }

  private void writePassword(String text) throws IOException {
    Files.writeString(passwordFile(), text);
    Files.setPosixFilePermissions(passwordFile(), PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void startFailsWithoutAPassword() throws IOException {
    assertThatThrownBy(this::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("security.bootstrapUser")
        .hasMessageContaining("no such file or directory");

    writePassword("secret\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("fewer than 8 characters")
        .message()
        .doesNotContain("secret\n");

    Files.setPosixFilePermissions(passwordFile(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(this::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("run: chmod 600");

    writePassword(SECRET); // the directory is not locked by the failed starts
    start().close();
  }

  @Test
  void settingsNeedEachOther() {
    assertThatThrownBy(() -> TestServers.config(Map.of("security.bootstrapUser", "root")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("needs a file with the password");
    assertThatThrownBy(() -> TestServers.config(Map.of("security.bootstrapPasswordFile", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("needs the name of the user");
    assertThatThrownBy(
            () ->
                TestServers.config(
                    Map.of(
                        "security.bootstrapUser", "role:x", "security.bootstrapPasswordFile", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("begins with 'role:'");
  }
}
