package io.millrace.cli.access;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.ClientIdentity;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace whoami}: prints who the commands are for the broker. */
@Command(
    name = "whoami",
    description = "Print who you are for the broker, and what rules allow you.",
    footer = {
      "",
      "Rules of your roles and of everybody ('*') are included. A token with a scope allows only"
          + " what the scope and the rules allow.",
      "",
      "Example:",
      "  millrace whoami --output json"
    })
public final class WhoAmICommand implements Callable<Integer> {

  /** The principal of every client of a broker without authentication. */
  private static final String ANONYMOUS = "anonymous";

  private final Streams streams;

  @Mixin private ServerOption server;

  @Mixin private OutputOption output;

  WhoAmICommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    ClientIdentity me;
    try (MillraceClient client = server.connect()) {
      me = client.admin().access().whoAmI();
    }
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("principal", me.principal());
            AccessJson.writeTexts(json, "roles", me.roles());
            json.writeStringField("mechanism", me.mechanism().orElse(null));
            json.writeStringField("expiresAt", me.expiresAt().map(AccessJson::time).orElse(null));
            AccessJson.writeTexts(json, "scope", me.scope());
            AccessJson.writeTexts(json, "permissions", me.permissions());
            json.writeEndObject();
          });
    } else {
      streams.print(text(me));
      if (me.mechanism().isEmpty() && me.principal().equals(ANONYMOUS)) {
        streams.err().println("The broker asks nobody to log in: every client may do everything.");
      }
    }
    return ExitCode.OK;
  }

  private static String text(ClientIdentity me) {
    StringBuilder text = new StringBuilder();
    text.append("principal    ").append(Printable.line(me.principal())).append('\n');
    text.append("login        ").append(me.mechanism().orElse("none")).append('\n');
    me.expiresAt()
        .ifPresent(time -> text.append("expires      ").append(AccessJson.time(time)).append('\n'));
    text.append("roles        ").append(me.roles().isEmpty() ? "-" : String.join(", ", me.roles()));
    text.append('\n');
    lines(text, "scope        ", me.scope());
    lines(text, "permissions  ", me.permissions());
    return text.toString();
  }

  private static void lines(StringBuilder text, String label, List<String> values) {
    String start = label;
    for (String value : values) {
      text.append(start).append(Printable.line(value)).append('\n');
      start = " ".repeat(label.length());
    }
  }
}
