package io.millrace.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads some fields of lines that are JSON objects. It stops reading a line when it has found all
 * fields. If a name occurs twice, it takes the first. Used by one thread.
 */
public final class LineFields {

  private final JsonFactory json = EventJson.factory();
  private final List<FieldPath> paths;
  private final String[] texts;
  private final boolean[] found;
  private int missing;

  /** A line that was never meant as JSON, such as one of a CSV file, is the usual case. */
  private static final String NEEDS_JSON =
      "; the options --timestamp-field, --source-field and --key-field need lines of JSON, such as"
          + " {\"time\":\"2026-01-01T00:00:00Z\"}";

  /** Creates a reader of the fields at these paths, at most 32. */
  public LineFields(List<FieldPath> paths) {
    this.paths = List.copyOf(paths);
    this.texts = new String[paths.size()];
    this.found = new boolean[paths.size()];
  }

  /**
   * Reads the fields of one line; {@link #text} then returns them.
   *
   * @throws IllegalArgumentException if the line is not a JSON object, or if a field is missing or
   *     is an object or an array
   */
  public void read(byte[] line) {
    Arrays.fill(found, false);
    Arrays.fill(texts, null);
    missing = paths.size();
    try (JsonParser parser = json.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("the line is not a JSON object" + NEEDS_JSON);
      }
      readObject(parser, 0, -1);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the line is not JSON" + NEEDS_JSON + " (" + EventJson.reason(e) + ")", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < found.length; i++) {
      if (!found[i]) {
        throw new IllegalArgumentException("the field '" + paths.get(i) + "' is missing");
      }
    }
  }

  /**
   * The value of the field at this index of the paths: the text of a string, or a number, {@code
   * true} or {@code false} as it is written. Null for a JSON null.
   */
  public String text(int index) {
    return texts[index];
  }

  /** The path at this index of the paths. */
  FieldPath path(int index) {
    return paths.get(index);
  }

  /** Reads an object to its end. {@code active} has a bit for each path whose start leads here. */
  private void readObject(JsonParser parser, int depth, int active) throws IOException {
    while (missing > 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      int deeper = 0;
      for (int i = 0; i < texts.length; i++) {
        List<String> names = paths.get(i).names();
        if ((active & 1 << i) == 0 || found[i] || !names.get(depth).equals(name)) {
          continue;
        }
        if (depth < names.size() - 1) {
          deeper |= 1 << i;
        } else {
          take(i, parser, value);
        }
      }
      if (deeper != 0 && value == JsonToken.START_OBJECT) {
        readObject(parser, depth + 1, deeper);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void take(int index, JsonParser parser, JsonToken value) throws IOException {
    if (!value.isScalarValue()) {
      throw new IllegalArgumentException(
          "the field '" + paths.get(index) + "' is not a single value, but an object or an array");
    }
    texts[index] = value == JsonToken.VALUE_NULL ? null : parser.getText();
    found[index] = true;
    missing--;
  }
}
