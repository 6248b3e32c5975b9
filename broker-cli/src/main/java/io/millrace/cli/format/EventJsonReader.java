package io.millrace.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.client.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Decodes {@link EventJson} objects. Topic, partition, offset and append time are ignored, because
 * the broker assigns new ones. For an absent field, the producer uses its default. An unknown field
 * is refused, because it may be misspelt. Used by one thread.
 */
public final class EventJsonReader implements EventDecoder {

  private final JsonFactory json = EventJson.factory();

  @Override
  public Event.Builder decode(byte[] line) {
    try (JsonParser parser = json.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("the line is not a JSON object");
      }
      Event.Builder event = readEvent(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("there is text after the JSON object");
      }
      return event;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the line is not JSON: " + EventJson.reason(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Event.Builder readEvent(JsonParser parser) throws IOException {
    Event.Builder event = Event.builder();
    boolean hasValue = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case EventJson.TOPIC, EventJson.PARTITION, EventJson.OFFSET, EventJson.APPEND_TIME ->
            parser.skipChildren();
        case EventJson.TIMESTAMP -> event.timestamp(time(parser));
        case EventJson.SOURCE -> event.source(text(parser, name));
        case EventJson.KEY -> event.key(utf8(parser, name));
        case EventJson.KEY_BASE64 -> event.key(base64(parser, name));
        case EventJson.VALUE -> {
          event.value(utf8(parser, name));
          hasValue = true;
        }
        case EventJson.VALUE_BASE64 -> {
          event.value(base64(parser, name));
          hasValue = true;
        }
        case EventJson.HEADERS -> readHeaders(parser, event);
        default ->
            throw new IllegalArgumentException(
                "unknown field '"
                    + name
                    + "'; expected timestamp, source, key, keyBase64, value, valueBase64, headers, or"
                    + " topic, partition, offset, appendTime, which are ignored");
      }
    }
    if (!hasValue) {
      throw new IllegalArgumentException("the field 'value' (or 'valueBase64') is missing");
    }
    return event;
  }

  private static void readHeaders(JsonParser parser, Event.Builder event) throws IOException {
    expect(parser, JsonToken.START_ARRAY, EventJson.HEADERS, "a list");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, JsonToken.START_OBJECT, EventJson.HEADERS, "a list of objects");
      readHeader(parser, event);
    }
  }

  private static void readHeader(JsonParser parser, Event.Builder event) throws IOException {
    String headerName = null;
    byte[] value = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case EventJson.NAME -> headerName = text(parser, name);
        case EventJson.VALUE -> value = utf8(parser, name);
        case EventJson.VALUE_BASE64 -> value = base64(parser, name);
        default ->
            throw new IllegalArgumentException(
                "unknown field '" + name + "' in a header; known are name, value, valueBase64");
      }
    }
    if (headerName == null) {
      throw new IllegalArgumentException("a header has no 'name'");
    }
    event.header(headerName, value);
  }

  private static Instant time(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> EventTime.toInstant(EventTime.parse(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          EventTime.toInstant(EventTime.ofNumber(parser.getText()));
      case VALUE_NULL -> null;
      default -> throw new IllegalArgumentException("the field 'timestamp' is not a time");
    };
  }

  private static String text(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    expect(parser, JsonToken.VALUE_STRING, name, "a string");
    return parser.getText();
  }

  private static byte[] utf8(JsonParser parser, String name) throws IOException {
    String text = text(parser, name);
    return text == null ? null : EventJson.utf8(text, name);
  }

  private static byte[] base64(JsonParser parser, String name) throws IOException {
    expect(parser, JsonToken.VALUE_STRING, name, "a Base64 string");
    try {
      return parser.getBinaryValue();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the field '" + name + "' is not Base64", e);
    }
  }

  private static void expect(JsonParser parser, JsonToken token, String name, String what) {
    if (parser.currentToken() != token) {
      throw new IllegalArgumentException("the field '" + name + "' is not " + what);
    }
  }
}
