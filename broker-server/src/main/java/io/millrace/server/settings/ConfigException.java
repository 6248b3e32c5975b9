package io.millrace.server.settings;

import java.util.Optional;

/**
 * A setting that the broker cannot start with. The message is written for the user: it has the
 * setting, its origin, the value, and the expected values.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key of the setting; null for an error of the whole file
   */
  public ConfigException(String key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /** As the other constructor, without a cause. */
  public ConfigException(String key, String message) {
    this(key, message, null);
  }

  /** The key of the wrong setting; empty for an error of the whole file. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
