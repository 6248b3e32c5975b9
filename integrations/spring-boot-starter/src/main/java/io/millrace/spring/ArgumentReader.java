package io.millrace.spring;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Makes one argument of a listener's method from an event. */
sealed interface ArgumentReader {

  /**
   * Returns the argument; may be null.
   *
   * @throws PayloadConversionException if the event does not have it
   */
  Object read(ConsumedEvent event);

  /** A part of the event as it is. */
  record Plain(Function<ConsumedEvent, Object> part) implements ArgumentReader {

    @Override
    public Object read(ConsumedEvent event) {
      return part.apply(event);
    }
  }

  /** A header. */
  record OfHeader(String name, boolean required, boolean text) implements ArgumentReader {

    @Override
    public Object read(ConsumedEvent event) {
      for (Header header : event.headers()) {
        if (header.name().equals(name)) {
          return text ? utf8(header.value()) : header.value();
        }
      }
      if (required) {
        throw new PayloadConversionException("the event has no header '" + name + "'", null);
      }
      return null;
    }

    private static String utf8(byte[] value) {
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }

  /** The value as an object of the program. */
  record Converted(PayloadConverter converter, Type type) implements ArgumentReader {

    @Override
    public Object read(ConsumedEvent event) {
      return event.value() == null ? null : converter.toPayload(event.value(), type);
    }
  }

  /**
   * Returns the reader of a parameter.
   *
   * @param converter may be null
   * @throws ListenerConfigurationException if nothing of an event fits the parameter
   */
  static ArgumentReader of(Parameter parameter, String listener, PayloadConverter converter) {
    Class<?> type = parameter.getType();
    EventHeader header = parameter.getAnnotation(EventHeader.class);
    boolean key = parameter.isAnnotationPresent(EventKey.class);
    if ((header != null || key) && type != String.class && type != byte[].class) {
      throw new ListenerConfigurationException(
          listener,
          "its parameter '" + parameter + "' is a key or a header of a wrong type",
          "use String or byte[]");
    }
    if (header != null) {
      return new OfHeader(header.value(), header.required(), type == String.class);
    }
    if (key) {
      return new Plain(type == String.class ? ConsumedEvent::keyAsString : ConsumedEvent::key);
    }
    if (type == ConsumedEvent.class) {
      return new Plain(event -> event);
    }
    if (type == String.class) {
      return new Plain(ConsumedEvent::valueAsString);
    }
    if (type == byte[].class) {
      return new Plain(ConsumedEvent::value);
    }
    if (converter == null) {
      throw new ListenerConfigurationException(
          listener,
          "there is no converter for its parameter '" + parameter + "'",
          "add Jackson (spring-boot-starter-jackson) or a PayloadConverter bean, or use"
              + " ConsumedEvent, String or byte[]");
    }
    return new Converted(converter, parameter.getParameterizedType());
  }
}
