package io.millrace.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.millrace.protocol.record.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * The JSON form of events: one object on one line. {@link EventJsonWriter} prints it, and {@link
 * EventJsonReader} reads it back to an equal event:
 *
 * <pre>{@code
 * {"topic":"rides","partition":0,"offset":17,
 *  "timestamp":"2026-11-22T09:30:00.123456Z","appendTime":"2026-11-22T09:30:00.130201Z",
 *  "source":"vehicle-17","key":"ride-4711","value":"...",
 *  "headers":[{"name":"trace","value":"..."}]}
 * }</pre>
 *
 * <p>Times are in UTC, with microseconds. A key, value or header value that is not valid UTF-8 is
 * in Base64, in the field {@code keyBase64} or {@code valueBase64}. An absent key or value is null.
 * Headers are a list, because names can repeat and the order is significant.
 */
public final class EventJson {

  static final String TOPIC = "topic";
  static final String PARTITION = "partition";
  static final String OFFSET = "offset";
  static final String TIMESTAMP = "timestamp";
  static final String APPEND_TIME = "appendTime";
  static final String SOURCE = "source";
  static final String KEY = "key";
  static final String KEY_BASE64 = "keyBase64";
  static final String VALUE = "value";
  static final String VALUE_BASE64 = "valueBase64";
  static final String HEADERS = "headers";
  static final String NAME = "name";

  private EventJson() {}

  /** Has no limit on the length of strings and numbers, because the length of a line is limited. */
  static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .build())
        .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
  }

  /**
   * Encodes a text in UTF-8.
   *
   * @throws IllegalArgumentException if the text has an unpaired surrogate, which {@code
   *     String.getBytes} would replace with a question mark
   */
  static byte[] utf8(String text, String fieldName) {
    try {
      Utf8.length(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the field '" + fieldName + "': " + e.getMessage(), e);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The message of a JSON error, with the column. */
  static String reason(JsonProcessingException e) {
    return e.getLocation() == null
        ? e.getOriginalMessage()
        : e.getOriginalMessage() + " (column " + e.getLocation().getColumnNr() + ")";
  }
}
