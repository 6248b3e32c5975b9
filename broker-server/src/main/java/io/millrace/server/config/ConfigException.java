package io.millrace.server.config;

import java.util.Optional;

/**
 * A setting that the broker cannot start with. The message is ready for the user: which setting,
 * where it was said, what is wrong with it, what is expected.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;

  ConfigException(String key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  ConfigException(String key, String message) {
    this(key, message, null);
  }

  /** The setting that is wrong; empty when the file as a whole is. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
