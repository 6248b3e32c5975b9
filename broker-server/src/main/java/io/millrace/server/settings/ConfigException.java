package io.millrace.server.settings;

import java.util.Optional;

/**
 * A wrong setting. The message is for the user: it states the setting, its origin, the value and
 * the expected values.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key the key of the setting; null for an error of the whole file
   */
  public ConfigException(String key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /** Without a cause. */
  public ConfigException(String key, String message) {
    this(key, message, null);
  }

  /** The key of the wrong setting; empty for an error of the whole file. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
