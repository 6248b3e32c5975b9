package io.millrace.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON text into a tree with Jackson. Of members with the same name, the first is in the
 * tree. Values are {@code Map}, {@code List}, {@code String}, {@code BigDecimal}, {@code Boolean}
 * and {@link Absent#NULL}.
 */
final class NaiveJson {

  enum Absent {
    MISSING,
    NULL
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(10_000)
                  .maxNestingDepth(FilterLimits.JSON_DEPTH)
                  .build())
          .build();

  private NaiveJson() {}

  /**
   * Reads the first value of a text.
   *
   * @throws IOException if it is not JSON, or a number has an exponent of more than 32 bits
   */
  static Object read(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(new StringReader(text))) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IOException("no JSON value");
      }
      return value(parser, first);
    }
  }

  /** The value at a path in a tree. */
  static Object find(Object tree, List<Field.Step> steps) {
    Object value = tree;
    for (Field.Step step : steps) {
      Object inner = Absent.MISSING;
      if (step instanceof Field.Member member && value instanceof Map<?, ?> map) {
        inner = map.containsKey(member.name()) ? map.get(member.name()) : Absent.MISSING;
      } else if (step instanceof Field.Element element && value instanceof List<?> list) {
        inner = element.index() < list.size() ? list.get(element.index()) : Absent.MISSING;
      }
      value = inner;
    }
    return value;
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Absent.NULL;
      default -> throw new IOException("unexpected " + token);
    };
  }

  private static BigDecimal number(String text) throws IOException {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IOException("BigDecimal has no such exponent: " + text, e);
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Object value = value(parser, parser.nextToken());
      members.putIfAbsent(name, value);
    }
    return members;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      elements.add(value(parser, token));
    }
    return elements;
  }
}
