package io.millrace.cli.format;

import java.io.IOException;
import java.io.OutputStream;

/** How events are printed. The names are what users type. */
public enum EventFormat {
  /** For people: time, place, source, key and value, made safe for a terminal. */
  text,
  /** One {@link EventJson} object a line; {@code produce --input json} reads it back. */
  json,
  /** The bytes of the value as they are, and a newline. */
  value;

  /** A writer of this format; the stream must be buffered. */
  public EventWriter writer(OutputStream out) throws IOException {
    return switch (this) {
      case text -> new TextWriter(out);
      case json -> new EventJsonWriter(out);
      case value -> new ValueWriter(out);
    };
  }
}
