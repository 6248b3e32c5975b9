package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.OptionalLong;

/** Fields that may have no value: they are null then, and never left out. */
public final class JsonFields {

  private JsonFields() {}

  /** Writes the field {@code failure} of something that has failed. */
  public static void writeFailure(JsonGenerator json, ErrorCode code, String message)
      throws IOException {
    json.writeObjectFieldStart("failure");
    json.writeStringField("code", code.name());
    json.writeStringField("message", message);
    json.writeEndObject();
  }

  /** Writes the field {@code failure} of something that has not failed. */
  public static void writeNoFailure(JsonGenerator json) throws IOException {
    json.writeNullField("failure");
  }

  /** Writes a number, or null. */
  public static void writeNumber(JsonGenerator json, String name, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsLong());
    } else {
      json.writeNullField(name);
    }
  }
}
