package io.millrace.client.internal;

import io.millrace.client.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The token in the environment of the process. */
final class EnvironmentCredentials {

  private static final String TOKEN = "MILLRACE_TOKEN";
  private static final String TOKEN_FILE = "MILLRACE_TOKEN_FILE";

  private EnvironmentCredentials() {}

  /**
   * Returns the token that the environment has or names; empty if it has none. A variable without
   * text counts as one that is not set.
   *
   * @throws IllegalArgumentException if it is not a token
   */
  static Optional<Credentials> of(Map<String, String> environment) {
    String token = environment.getOrDefault(TOKEN, "");
    String file = environment.getOrDefault(TOKEN_FILE, "");
    if (!token.isBlank()) {
      try {
        return Optional.of(Credentials.token(token));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "the environment variable " + TOKEN + ": " + e.getMessage(), e);
      }
    }
    return file.isBlank() ? Optional.empty() : Optional.of(Credentials.tokenFile(Path.of(file)));
  }
}
