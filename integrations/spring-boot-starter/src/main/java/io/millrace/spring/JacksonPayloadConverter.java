package io.millrace.spring;

import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON, with the mapper of the application. */
final class JacksonPayloadConverter implements PayloadConverter {

  private final JsonMapper mapper;

  JacksonPayloadConverter(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public Object toPayload(byte[] value, Type type) {
    try {
      return mapper.readValue(value, mapper.constructType(type));
    } catch (JacksonException e) {
      throw new PayloadConversionException(
          "the value of "
              + value.length
              + " bytes is not JSON of "
              + type.getTypeName()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  @Override
  public byte[] toValue(Object payload) {
    try {
      return mapper.writeValueAsBytes(payload);
    } catch (JacksonException e) {
      throw new PayloadConversionException(
          payload.getClass().getName() + " cannot be written as JSON: " + e.getOriginalMessage(),
          e);
    }
  }
}
