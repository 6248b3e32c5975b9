package io.millrace.cli.access;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace admin reload}: makes a broker load its certificates again. */
@Command(
    name = "reload",
    description = "Load the certificates of the broker again.",
    footer = {
      "",
      "Open connections stay open; new ones get the new certificate. Files that cannot be used"
          + " change nothing. SIGHUP does the same.",
      "",
      "Example:",
      "  millrace admin reload"
    })
final class AdminReloadCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Mixin private OutputOption output;

  AdminReloadCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    List<String> outcomes;
    try (MillraceClient client = server.connect()) {
      outcomes = client.admin().access().reload();
    }
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            AccessJson.writeTexts(json, "reloaded", outcomes);
            json.writeEndObject();
          });
    } else {
      for (String outcome : outcomes) {
        streams.print(Printable.line(outcome) + "\n");
      }
    }
    return ExitCode.OK;
  }
}
