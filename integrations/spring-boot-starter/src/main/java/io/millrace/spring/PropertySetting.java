package io.millrace.spring;

import java.util.function.Consumer;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Passes the value of a property to a setting of the client. */
final class PropertySetting {

  private PropertySetting() {}

  /**
   * Sets a value.
   *
   * @param value null: the setting keeps its default
   * @throws InvalidConfigurationPropertyValueException if the client does not allow the value
   */
  static <T> void apply(String property, T value, Consumer<T> setting) {
    if (value == null) {
      return;
    }
    try {
      setting.accept(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationPropertyValueException(property, value, e.getMessage());
    }
  }
}
