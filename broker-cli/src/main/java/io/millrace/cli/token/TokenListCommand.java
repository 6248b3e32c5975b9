package io.millrace.cli.token;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.TokenReport;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.TokenDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace token list}: lists tokens. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List tokens, without their secrets.",
    footer = {
      "",
      "Without the permission admin, it lists your own tokens.",
      "",
      "Example:",
      "  millrace token list --user anna"
    })
final class TokenListCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Only the tokens of this user. Default: all that you may see.")
  private String user;

  @Mixin private OutputOption output;

  TokenListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          List<TokenDescription> tokens =
              user == null ? access.listTokens() : access.listTokens(user);
          if (output.isJson()) {
            OutputOption.printJson(streams, json -> TokenReport.write(json, tokens));
          } else if (tokens.isEmpty()) {
            streams.err().println("There are no tokens; 'millrace token create' creates one.");
          } else {
            streams.print(TokenReport.overview(tokens));
          }
          return ExitCode.OK;
        });
  }
}
