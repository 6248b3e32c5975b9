package io.millrace.cli.format;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A form of events that the user chooses, such as {@code %o %k %v\n}. A field is a percent sign and
 * a letter; all other bytes are printed as they are. Immutable.
 */
public final class EventTemplate {

  /** The help text of the option {@code --format}. */
  public static final String HELP =
      "Print each event in this form, see below. Default: the form of --output.";

  /** The paragraph of the help on the form text, which is for people. */
  public static final String TEXT_FORM =
      "The form text has one line for each event: event time, partition@offset, source, "
          + "key, each header as [name=value], value. A missing key or value is a dash. "
          + "Control characters are escaped, and bytes that are no UTF-8 are printed as "
          + "base64:... Spaces are not escaped; for programs, use --output json or --format.";

  /** The lines of the help that list the fields; in lines of their own, because %k would wrap. */
  public static final String FIELDS_HEADING = "The fields of --format:";

  public static final String FIELDS_PLACE = "  %%t  topic         %%p  partition    %%o  offset";

  public static final String FIELDS_ORIGIN = "  %%T  event time    %%A  append time  %%s  source";

  public static final String FIELDS_CONTENT =
      "  %%k  key, %%v  value: byte for byte; nothing if there is none";

  public static final String FIELDS_HEADERS =
      "  %%h  headers: name=value, with commas between them";

  public static final String FIELDS_NOTE =
      "%%%% is a percent sign. "
          + Escapes.HELP
          + " An event gets no newline of its own. Values, keys and headers can contain any byte;"
          + " for programs, --output json is unambiguous.";

  /** Prints one part of an event. */
  @FunctionalInterface
  private interface Part {
    void write(ConsumedEvent event, OutputStream out) throws IOException;
  }

  private final List<Part> parts;

  private EventTemplate(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException if a field or an escape is unknown
   */
  public static EventTemplate parse(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int percent = text.indexOf('%', at);
      int end = percent < 0 ? text.length() : percent;
      if (end > at) {
        byte[] literal = Escapes.bytes(text, at, end);
        parts.add((event, out) -> out.write(literal));
      }
      if (percent >= 0) {
        parts.add(field(text, percent));
        end = percent + 2;
      }
      at = end;
    }
    return new EventTemplate(parts);
  }

  private static Part field(String text, int percent) {
    char letter = percent + 1 < text.length() ? text.charAt(percent + 1) : ' ';
    return switch (letter) {
      case 't' -> (event, out) -> print(event.topic(), out);
      case 'p' -> (event, out) -> print(Integer.toString(event.partition()), out);
      case 'o' -> (event, out) -> print(Long.toString(event.offset()), out);
      case 'T' -> (event, out) -> out.write(EventTime.formatBytes(event.timestampMicros()));
      case 'A' -> (event, out) -> out.write(EventTime.formatBytes(event.appendTimeMicros()));
      case 's' -> (event, out) -> print(event.source(), out);
      case 'k' -> (event, out) -> print(event.key(), out);
      case 'v' -> (event, out) -> print(event.value(), out);
      case 'h' -> EventTemplate::printHeaders;
      case '%' -> (event, out) -> out.write('%');
      default ->
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' has an unknown field at character "
                  + (percent + 1)
                  + "; the fields are %t, %p, %o, %T, %A, %s, %k, %v and %h, and %% is a percent"
                  + " sign");
    };
  }

  /** Prints the headers as {@code name=value}, separated by commas. */
  private static void printHeaders(ConsumedEvent event, OutputStream out) throws IOException {
    String separator = "";
    for (Header header : event.headers()) {
      print(separator + header.name() + "=", out);
      print(header.value(), out);
      separator = ",";
    }
  }

  private static void print(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void print(byte[] bytes, OutputStream out) throws IOException {
    if (bytes != null) {
      out.write(bytes);
    }
  }

  /**
   * Creates a writer of this form.
   *
   * @param out must be buffered; the writer does not close it
   */
  public EventWriter writer(OutputStream out) {
    return new EventWriter() {
      @Override
      public void write(ConsumedEvent event) throws IOException {
        for (Part part : parts) {
          part.write(event, out);
        }
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }
}
