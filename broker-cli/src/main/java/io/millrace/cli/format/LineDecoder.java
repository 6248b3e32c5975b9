package io.millrace.cli.format;

import io.millrace.client.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes a line to an event whose value is the line, byte for byte. If fields for time, source or
 * key are given, the line must be a JSON object that has them. Used by one thread.
 */
public final class LineDecoder implements EventDecoder {

  private final byte[] key;
  private final int timestampIndex;
  private final int sourceIndex;
  private final int keyIndex;
  private final LineFields fields;

  /**
   * Creates a decoder. A field that is null is not read from the line.
   *
   * @param key the key of every event if {@code keyField} is null; null: no key
   */
  public LineDecoder(
      byte[] key, FieldPath timestampField, FieldPath sourceField, FieldPath keyField) {
    List<FieldPath> paths = new ArrayList<>();
    this.key = key;
    this.timestampIndex = place(timestampField, paths);
    this.sourceIndex = place(sourceField, paths);
    this.keyIndex = place(keyField, paths);
    this.fields = paths.isEmpty() ? null : new LineFields(paths);
  }

  @Override
  public Event.Builder decode(byte[] line) {
    Event.Builder event = Event.builder().value(line).key(key);
    if (fields == null) {
      return event;
    }
    fields.read(line);
    if (timestampIndex >= 0) {
      String text = present(timestampIndex, "a time");
      event.timestamp(EventTime.toInstant(EventTime.parse(text)));
    }
    if (sourceIndex >= 0) {
      event.source(present(sourceIndex, "a source"));
    }
    if (keyIndex >= 0) {
      String text = fields.text(keyIndex);
      event.key(text == null ? null : EventJson.utf8(text, fields.path(keyIndex).text()));
    }
    return event;
  }

  private String present(int index, String what) {
    String text = fields.text(index);
    if (text == null) {
      throw new IllegalArgumentException(
          "the field '" + fields.path(index) + "' is null, not " + what);
    }
    return text;
  }

  private static int place(FieldPath path, List<FieldPath> paths) {
    if (path == null) {
      return -1;
    }
    paths.add(path);
    return paths.size() - 1;
  }
}
