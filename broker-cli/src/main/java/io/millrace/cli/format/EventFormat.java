package io.millrace.cli.format;

import java.io.IOException;
import java.io.OutputStream;

/** The forms in which events are printed. Users type the names of the constants. */
public enum EventFormat {
  /**
   * A line for people: time, partition, offset, source, key, value. Control characters are escaped.
   */
  text,
  /** An {@link EventJson} object on each line; {@code produce --input json} reads it. */
  json,
  /** The bytes of the value, unchanged, and a newline. */
  value;

  /** The help text of the option {@code --output}. */
  public static final String HELP =
      "text: a line with event time, PARTITION@OFFSET, source, key and value. json: a JSON object on"
          + " each line, which 'produce --input json' reads. value: the bytes of the value and a"
          + " newline.";

  /**
   * Creates a writer of this format.
   *
   * @param out must be buffered; the writer does not close it
   */
  public EventWriter writer(OutputStream out) throws IOException {
    return switch (this) {
      case text -> new TextWriter(out);
      case json -> new EventJsonWriter(out);
      case value -> new ValueWriter(out);
    };
  }
}
