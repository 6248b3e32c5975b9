package io.millrace.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.millrace.protocol.record.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * An event as one JSON object on one line, which {@link EventJsonWriter} prints and {@link
 * EventJsonReader} reads back to an equal event:
 *
 * <pre>{@code
 * {"topic":"rides","partition":0,"offset":17,
 *  "timestamp":"2026-11-22T09:30:00.123456Z","appendTime":"2026-11-22T09:30:00.130201Z",
 *  "source":"vehicle-17","key":"ride-4711","value":"...",
 *  "headers":[{"name":"trace","value":"..."}]}
 * }</pre>
 *
 * <p>Times are UTC with microseconds. Key, value and header values that are not valid UTF-8 stand
 * in Base64 under {@code keyBase64} and {@code valueBase64} instead; what is absent is null.
 * Headers are a list, for names may repeat and their order counts.
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

  /** Reads strings and numbers of any length: the limit on a line holds already. */
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
   * The bytes of a text.
   *
   * @throws IllegalArgumentException if half a surrogate pair stands alone in it, for which {@code
   *     String} would quietly put a question mark
   */
  static byte[] utf8(String text, String fieldName) {
    try {
      Utf8.length(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the field '" + fieldName + "': " + e.getMessage(), e);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What is wrong with the text, and at which column. */
  static String reason(JsonProcessingException e) {
    return e.getLocation() == null
        ? e.getOriginalMessage()
        : e.getOriginalMessage() + " (column " + e.getLocation().getColumnNr() + ")";
  }
}
