package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Credentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a command does with its options, the environment and the profiles. */
class CommandConnectionTest {

  private final LoginOptions options = new LoginOptions();
  private final Map<String, String> environment = new HashMap<>();
  private String server;
  private String typed = "";

  @TempDir private Path directory;

  @BeforeEach
  void hideTheProfilesOfTheUser() {
    environment.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
  }

  private CommandConnection settings() {
    return CommandConnection.of(
        server,
        options,
        environment,
        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
  }

  private void assertRefused(String... reasons) {
    assertThatThrownBy(this::settings)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(reasons);
  }

  private Path file(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the file of profiles that commands find by themselves. */
  private Path profiles(String... lines) throws IOException {
    Path file = file("config/millrace/profiles.yaml", String.join("\n", lines) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String secret(Credentials credentials) {
    return credentials instanceof Credentials.Password password
        ? password.user() + "/" + new String(password.secret())
        : ((Credentials.Token) credentials).secret();
  }

  private String secret() {
    return secret(settings().credentials().orElseThrow());
  }

  @Test
  void nothingIsPlaintextOnLoopback() {
    assertThat(settings().server()).isEqualTo("localhost:9710");
    assertThat(settings().tls()).isEmpty();
    assertThat(settings().credentials()).isEmpty();
  }

  @Test
  void optionComesBeforeEnvironmentBeforeProfile() throws IOException {
    Path[] authorities = {file("1.pem", ""), file("2.pem", ""), file("3.pem", "")};
    Path[] tokens = {file("1", "mrt_1"), file("2", "mrt_2"), file("3", "mrt_3")};
    profiles(
        "prod:", "  server: three:3", "  tls-ca: " + authorities[2], "  token-file: " + tokens[2]);
    environment.put("MILLRACE_PROFILE", "prod");
    assertThat(settings().server()).isEqualTo("three:3");
    assertThat(settings().tls().orElseThrow().trusted()).contains(authorities[2]);
    assertThat(secret()).isEqualTo("mrt_3");

    environment.put("MILLRACE_SERVER", "two:2");
    environment.put("MILLRACE_TLS_CA", authorities[1].toString());
    environment.put("MILLRACE_TOKEN_FILE", tokens[1].toString());
    assertThat(settings().server()).isEqualTo("two:2");
    assertThat(settings().tls().orElseThrow().trusted()).contains(authorities[1]);
    assertThat(secret()).isEqualTo("mrt_2");

    server = "one:1";
    options.tlsCa = authorities[0];
    options.tokenFile = tokens[0];
    assertThat(settings().server()).isEqualTo("one:1");
    assertThat(settings().tls().orElseThrow().trusted()).contains(authorities[0]);
    assertThat(secret()).isEqualTo("mrt_1");
  }

  @Test
  void tokenOfTheEnvironmentComesBeforeItsFileAndUser() {
    environment.put("MILLRACE_USER", "alice");
    environment.put("MILLRACE_PASSWORD_FILE", file("pw", "sesame\n").toString());
    assertThat(secret()).isEqualTo("alice/sesame");
    environment.put("MILLRACE_TOKEN_FILE", file("token", "mrt_2\n").toString());
    assertThat(secret()).isEqualTo("mrt_2");
    environment.put("MILLRACE_TOKEN", "mrt_1");
    assertThat(secret()).isEqualTo("mrt_1");
    options.login = "bob";
    assertThat(secret()).isEqualTo("bob/sesame");
    options.passwordFile = file("bob", "open").toString();
    assertThat(secret()).isEqualTo("bob/open");
  }

  @Test
  void passwordComesFromStandardInput() {
    options.login = "alice";
    options.passwordFile = "-";
    typed = "sesame and more\n";
    assertThat(secret()).isEqualTo("alice/sesame and more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two\nlines\n"})
  void fileWithoutOnePasswordIsRefused(String text) {
    options.login = "alice";
    options.passwordFile = file("pw", text).toString();
    assertRefused("the password file " + options.passwordFile, "password");
  }

  @Test
  void withoutATerminalThePasswordNeedsAFile() {
    options.login = "alice";
    assertRefused("there is no terminal", "--login-password-file FILE");
  }

  @Test
  void defaultProfileIsUsedForItsOwnServerOnly() throws IOException {
    profiles("default:", "  server: prod:9710", "  token-file: " + file("token", "mrt_1"));
    assertThat(settings().server()).isEqualTo("prod:9710");
    assertThat(secret()).isEqualTo("mrt_1");
    server = "prod:9710";
    assertThat(secret()).isEqualTo("mrt_1");
    server = "localhost:9710";
    assertThat(settings().credentials()).isEmpty();
    options.profile = "default";
    assertThat(secret()).isEqualTo("mrt_1");
  }

  @Test
  void pathsOfAProfileBeginAtItsFile() throws IOException {
    profiles("default:", "  tls: true", "  user: alice", "  password-file: pw");
    file("config/millrace/pw", "sesame");
    assertThat(secret()).isEqualTo("alice/sesame");
    assertThat(settings().tls().orElseThrow().trusted()).isEmpty();
  }

  @Test
  void certificateNeedsItsKey() {
    options.tlsCert = file("cert", "");
    assertRefused("--tls-cert and --tls-key belong together");
    options.tlsKey = file("key", "");
    assertThat(settings().tls().orElseThrow().key()).contains(options.tlsKey);
  }

  @Test
  void contradictionsAreRefused() {
    options.tokenFile = file("token", "mrt_1");
    options.login = "alice";
    assertRefused("--login and --token-file contradict each other");
    options.tokenFile = null;
    options.login = null;
    options.passwordFile = "-";
    assertRefused("--login-password-file needs --login USER");
  }

  @Test
  void filesThatAreMissingAreNamedWithTheirOrigin() {
    Path missing = directory.resolve("missing");
    options.tlsCa = missing;
    assertRefused("--tls-ca: the file " + missing + " does not exist");
    options.tlsCa = null;
    options.tokenFile = missing;
    assertRefused("--token-file: the file " + missing + " does not exist");
    options.tokenFile = null;
    environment.put("MILLRACE_TLS_CA", missing.toString());
    assertRefused("the environment variable MILLRACE_TLS_CA: the file " + missing);
    environment.remove("MILLRACE_TLS_CA");
    environment.put("MILLRACE_PROFILES", missing.toString());
    assertRefused("the file of profiles " + missing + " cannot be read");
  }

  @Test
  void wrongTokenOfTheEnvironmentIsNotShown() {
    environment.put("MILLRACE_TOKEN", "mrt_1 sesame");
    assertThatThrownBy(this::settings)
        .hasMessageContaining("the environment variable MILLRACE_TOKEN")
        .hasMessageNotContaining("sesame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
  void profilesThatOthersCanUseAreRefused(String mode) throws IOException {
    Path file = profiles("default:", "  server: prod");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertRefused("may be used by others; run: chmod 600 " + file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "default:;  sever: x|unknown key 'sever'; did you mean 'server'?",
        "default:;  password: x|secrets are in files of their own: write password-file",
        "default:;  server: [x]|line 2: expected one value of 'server'",
        "default: x|line 1: expected the keys of profile 'default'",
        "- x|line 1: expected names of profiles",
        "default:;  server: x;  server: y|repeats a name",
        "default:;  user: x;  token-file: y|has both token-file and user",
        "default:;  tls: yes please|tls is true or false",
        "default:;  tls-cert: x|tls-cert and tls-key of the profile belong together",
        "default:;  tls-ca: missing.pem|tls-ca of the profile: the file",
      })
  void mistakesInProfilesAreNamed(String text, String reason) throws IOException {
    profiles(text.split(";"));
    assertRefused(reason);
  }

  @Test
  void unknownProfileNamesTheKnownOnes() throws IOException {
    profiles("prod:", "  server: x", "test:", "  server: y");
    options.profile = "staging";
    assertRefused("there is no profile 'staging'; the profiles are prod, test");
  }

  @Test
  void emptyFileHasNoProfiles() throws IOException {
    profiles("");
    assertThat(settings().server()).isEqualTo("localhost:9710");
    options.profile = "prod";
    assertRefused("there is no profile 'prod'; the file has none");
  }

  @Test
  void noTextHasASecret() {
    environment.put("MILLRACE_TOKEN", "mrt_sesame");
    assertThat(List.of(settings().toString(), settings().credentials().toString()))
        .noneMatch(text -> text.contains("sesame"));
  }

  /** The section of docs/operations.md about these settings. */
  private static String section() throws IOException {
    String page = Files.readString(Path.of("../docs/operations.md"));
    int begin = page.indexOf("### Commands and a broker with TLS");
    return page.substring(begin, page.indexOf("\n## ", begin));
  }

  @Test
  void pageHasTheOptionsAndTheKeys() throws IOException {
    CommandSpec spec = CommandSpec.forAnnotatedObject(options);
    for (OptionSpec option : spec.options()) {
      assertThat(section()).contains("`" + option.longestName());
    }
    for (String key : ProfileFile.KEYS) {
      assertThat(section()).containsPattern("`" + key + "[`:]");
    }
  }

  @Test
  void profilesOfThePageAreRead() throws IOException {
    String[] example = section().split("```yaml\n|```");
    profiles(example[1].split("\n"));
    file("config/millrace/ca.pem", "");
    file("config/millrace/token", "mrt_1");
    file("config/millrace/test-password", "sesame");
    assertThat(settings().server()).isEqualTo("broker.example:9710");
    assertThat(secret()).isEqualTo("mrt_1");
    options.profile = "test";
    assertThat(settings().server()).isEqualTo("test.example:9710");
    assertThat(secret()).isEqualTo("anna/sesame");
  }
}
