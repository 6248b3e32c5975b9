package io.millrace.filter;

import io.millrace.filter.FieldValue.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of the current event that a filter uses, each in a slot and read when it is first
 * needed. All JSON fields are read together, in one pass over the value. Used by one thread.
 */
final class EventFields {

  private final Field[] fields;
  private final byte[][] headerNames;
  private final FieldValue[] values;
  private final boolean[] loaded;
  private final JsonReader json;
  private final ByteRange range = new ByteRange();

  /** The value of the event: its own slot if the filter has one, and what JSON is read from. */
  private final FieldValue wholeValue = new FieldValue();

  private boolean wholeValueLoaded;
  private FilterEvent event;

  /** Whether a comparison has met a value of another type. */
  private boolean mismatch;

  private boolean notJson;
  private boolean patternSkipped;

  EventFields(List<Field> fields, JsonPaths paths) {
    this.fields = fields.toArray(Field[]::new);
    this.json = new JsonReader(paths);
    this.loaded = new boolean[this.fields.length];
    this.values = new FieldValue[this.fields.length];
    this.headerNames = new byte[this.fields.length][];
    for (int slot = 0; slot < values.length; slot++) {
      Field field = this.fields[slot];
      values[slot] = field == Field.Fixed.VALUE ? wholeValue : new FieldValue();
      if (field instanceof Field.Header header) {
        headerNames[slot] = header.name().getBytes(StandardCharsets.UTF_8);
      }
    }
  }

  void open(FilterEvent next) {
    event = next;
    Arrays.fill(loaded, false);
    wholeValueLoaded = false;
    mismatch = false;
    notJson = false;
    patternSkipped = false;
  }

  /** Forgets the event and gives the memory of large fields back. */
  void close() {
    event = null;
    range.setAbsent();
    wholeValue.trim();
    for (FieldValue value : values) {
      value.trim();
    }
  }

  /** The value in a slot; valid until the next event. */
  FieldValue value(int slot) {
    if (!loaded[slot]) {
      load(slot);
    }
    return values[slot];
  }

  /** Notes that a comparison does not hold because of the type of a value. */
  boolean mismatch() {
    mismatch = true;
    return false;
  }

  /** Notes that a regular expression does not match because the text is too long for it. */
  boolean skipPattern() {
    patternSkipped = true;
    return false;
  }

  boolean hasMismatch() {
    return mismatch;
  }

  boolean isNotJson() {
    return notJson;
  }

  boolean hasSkippedPattern() {
    return patternSkipped;
  }

  private void load(int slot) {
    Field field = fields[slot];
    if (field instanceof Field.Json) {
      loadJson();
      return;
    }
    loaded[slot] = true;
    FieldValue value = values[slot];
    if (field instanceof Field.Fixed fixed) {
      loadFixed(fixed, value);
    } else if (event.header(headerNames[slot], range)) {
      value.setText(range, 0);
    } else {
      value.type = Type.MISSING;
    }
  }

  private void loadFixed(Field.Fixed field, FieldValue value) {
    switch (field) {
      case SOURCE -> {
        event.source(range);
        value.setText(range, 0);
      }
      case KEY -> {
        event.key(range);
        value.setText(range, 0);
      }
      case VALUE -> loadWholeValue();
      case TIMESTAMP -> value.setLong(event.timestampMicros());
      case APPEND_TIME -> value.setLong(event.appendTimeMicros());
      case OFFSET -> value.setLong(event.offset());
      case PARTITION -> value.setLong(event.partition());
      case SIZE -> {
        event.value(range);
        value.setLong(Math.max(0, range.length()));
      }
    }
  }

  private void loadWholeValue() {
    if (!wholeValueLoaded) {
      wholeValueLoaded = true;
      event.value(range);
      wholeValue.setText(range, JsonScanner.PADDING);
    }
  }

  private void loadJson() {
    for (int slot = 0; slot < fields.length; slot++) {
      if (fields[slot].isJson()) {
        loaded[slot] = true;
        values[slot].type = Type.MISSING;
      }
    }
    loadWholeValue();
    if (wholeValue.type == Type.TEXT) {
      notJson = !json.read(wholeValue.bytes, wholeValue.to, values);
    }
  }
}
