package io.millrace.cli.acl;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import io.millrace.client.RuleTestResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace acl test}: asks whether an operation is allowed. */
@Command(
    name = "test",
    description = "Ask whether an operation is allowed, and which rule or role decides.",
    footer = {
      "",
      "Nothing is carried out. Exits with 1 if the operation is not allowed.",
      "",
      "Examples:",
      "  millrace acl test anna read topic:rides-2026",
      "  millrace acl test anna write topic:rides --source vehicle-17",
      "  millrace acl test role:viewer describe group:billing"
    })
final class AclTestCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Mixin private RuleArguments arguments;

  @Mixin private OutputOption output;

  AclTestCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          RuleTestResult result =
              access.testRule(
                  arguments.principal(),
                  arguments.operation(),
                  arguments.resource(),
                  arguments.source());
          if (output.isJson()) {
            OutputOption.printJson(
                streams,
                json -> {
                  json.writeStartObject();
                  json.writeBooleanField("allowed", result.allowed());
                  json.writeStringField("decidedBy", result.decidedBy());
                  json.writeEndObject();
                });
          } else {
            streams.print(
                (result.allowed() ? "allowed: " : "denied: ")
                    + Printable.line(result.decidedBy())
                    + "\n");
          }
          return result.allowed() ? ExitCode.OK : ExitCode.FAILED;
        });
  }
}
