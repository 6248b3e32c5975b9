package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --output} of the commands that print one result. */
public final class OutputOption {

  private static final String NAME = "--output";

  /** The form in which a result is printed. Users type the names of the constants. */
  enum Format {
    /** Text for people; the form may change. */
    text,
    /** One JSON document on one line, for programs. */
    json
  }

  /** Writes a result as JSON. */
  @FunctionalInterface
  public interface JsonResult {

    /** Writes exactly one JSON value, or the fields of an object where the caller says so. */
    void write(JsonGenerator json) throws IOException;
  }

  @Option(
      names = NAME,
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "Form of the result: text for people, json for programs. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** Whether the result is to be printed as JSON. */
  public boolean isJson() {
    return format == Format.json;
  }

  /** Whether a command line, correct or not, asks for JSON. */
  public static boolean asksForJson(List<String> args) {
    String last = "";
    for (String arg : args) {
      boolean value = last.equals(NAME) && arg.equalsIgnoreCase(Format.json.name());
      if (value || arg.equalsIgnoreCase(NAME + "=" + Format.json)) {
        return true;
      }
      last = arg;
    }
    return false;
  }

  /**
   * Prints a result in the form that the user wants.
   *
   * @param fields writes the fields of one JSON object
   * @param text the result for people, with its newline
   */
  public void print(Streams streams, JsonResult fields, String text) throws IOException {
    if (!isJson()) {
      streams.print(text);
      return;
    }
    printJson(
        streams,
        json -> {
          json.writeStartObject();
          fields.write(json);
          json.writeEndObject();
        });
  }

  /** Prints a JSON document and a newline as a result. */
  public static void printJson(Streams streams, JsonResult result) throws IOException {
    printJson(streams.out(), result);
  }

  static void printJson(OutputStream out, JsonResult result) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(new JsonBytes(out))
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      result.write(json);
      json.writeRaw('\n');
    }
  }
}
