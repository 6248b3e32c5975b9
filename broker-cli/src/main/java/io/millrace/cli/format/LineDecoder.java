package io.millrace.cli.format;

import io.millrace.client.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes each line the value of an event, byte for byte. Time, source and key come from the line
 * itself where it is a JSON object and their fields were named.
 */
public final class LineDecoder implements EventDecoder {

  private final byte[] key;
  private final int timestampIndex;
  private final int sourceIndex;
  private final int keyIndex;
  private final LineFields fields;

  /**
   * Null stands for what is not taken from the line.
   *
   * @param key of every event, unless {@code keyField} is given
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
