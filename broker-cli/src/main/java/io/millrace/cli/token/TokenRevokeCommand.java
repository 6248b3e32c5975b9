package io.millrace.cli.token;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace token revoke}: deletes a token. */
@Command(
    name = "revoke",
    aliases = "rm",
    description = "Delete a token. Clients that use it are sent away.",
    footer = {"", "Example:", "  millrace token revoke k3x9q2m7"})
final class TokenRevokeCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "ID", description = "Id of the token; 'millrace token list' has it.")
  private String id;

  @Mixin private OutputOption output;

  TokenRevokeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          access.revokeToken(id);
          output.print(
              streams,
              json -> {
                json.writeStringField("id", id);
                json.writeBooleanField("deleted", true);
              },
              "revoked token " + Printable.line(id) + "\n");
          return ExitCode.OK;
        });
  }
}
