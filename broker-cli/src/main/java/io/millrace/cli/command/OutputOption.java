package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The option {@code --output} of the commands that print one result. */
public final class OutputOption {

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

    /** Writes exactly one JSON value. */
    void write(JsonGenerator json) throws IOException;
  }

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "Form of the result: text for people, json for programs. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** Whether the result is to be printed as JSON. */
  public boolean isJson() {
    return format == Format.json;
  }

  /** Prints a JSON document and a newline. */
  public static void printJson(Streams streams, JsonResult result) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(new JsonBytes(streams.out()))
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      result.write(json);
      json.writeRaw('\n');
    }
  }
}
