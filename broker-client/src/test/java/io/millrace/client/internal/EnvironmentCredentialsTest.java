package io.millrace.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentCredentialsTest {

  private static String secret(Map<String, String> environment) {
    return ((Credentials.Token) EnvironmentCredentials.of(environment).orElseThrow()).secret();
  }

  @Test
  void tokenIsTaken() {
    assertThat(secret(Map.of("MILLRACE_TOKEN", "mrt_1_abc"))).isEqualTo("mrt_1_abc");
  }

  @Test
  void tokenIsReadFromTheFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "mrt_2_def\n");
    assertThat(secret(Map.of("MILLRACE_TOKEN_FILE", file.toString()))).isEqualTo("mrt_2_def");
  }

  @Test
  void tokenComesBeforeTheFile() {
    assertThat(secret(Map.of("MILLRACE_TOKEN", "mrt_1_abc", "MILLRACE_TOKEN_FILE", "none")))
        .isEqualTo("mrt_1_abc");
  }

  @Test
  void emptyVariablesCountAsMissing() {
    assertThat(EnvironmentCredentials.of(Map.of())).isEmpty();
    assertThat(EnvironmentCredentials.of(Map.of("MILLRACE_TOKEN", "", "MILLRACE_TOKEN_FILE", " ")))
        .isEmpty();
  }

  @Test
  void textThatIsNoTokenIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> EnvironmentCredentials.of(Map.of("MILLRACE_TOKEN", "mrt_1 abc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the environment variable MILLRACE_TOKEN")
        .hasMessageNotContaining("mrt_1");
  }
}
