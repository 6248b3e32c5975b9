package io.millrace.spring;

import java.lang.reflect.Type;

/**
 * Converts values of events to objects of the program and back. {@code byte[]} and {@code String}
 * need none. Default: JSON, if the application has Jackson. Thread-safe.
 */
public interface PayloadConverter {

  /**
   * Converts the value of an event to an object.
   *
   * @param value not null
   * @param type the type of the parameter, with its type arguments
   * @throws PayloadConversionException if the value is not of this type
   */
  Object toPayload(byte[] value, Type type);

  /**
   * Converts an object to the value of an event.
   *
   * @param payload not null
   * @throws PayloadConversionException if the object cannot be converted
   */
  byte[] toValue(Object payload);
}
