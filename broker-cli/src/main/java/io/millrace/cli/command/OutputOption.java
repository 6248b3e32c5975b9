package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The option {@code --output} of commands that print one result. */
public final class OutputOption {

  /** How a result is printed. The names are what users type. */
  enum Format {
    /** For people. */
    text,
    /** For programs: one JSON document on one line. */
    json
  }

  /** A result as JSON. */
  @FunctionalInterface
  public interface JsonResult {

    /** Writes the one value of the document. */
    void write(JsonGenerator json) throws IOException;
  }

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** Whether the user asked for JSON. */
  public boolean isJson() {
    return format == Format.json;
  }

  /** Prints a JSON document and a newline. */
  public static void printJson(Streams streams, JsonResult result) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(streams.out())
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      result.write(json);
      json.writeRaw('\n');
    }
  }
}
