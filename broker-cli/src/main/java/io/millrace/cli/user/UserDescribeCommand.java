package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.AccessRule;
import io.millrace.client.TokenDescription;
import io.millrace.client.UserDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace user describe}: prints a user, its rules and its tokens. */
@Command(
    name = "describe",
    description = "Print a user with its roles, its rules and its tokens.",
    footer = {
      "",
      "Rules of its roles and of everybody are not listed; 'millrace acl list' has them all.",
      "",
      "Example:",
      "  millrace user describe anna"
    })
final class UserDescribeCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Mixin private OutputOption output;

  UserDescribeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          UserDescription user = access.describeUser(name);
          List<AccessRule> rules = access.listRules(name);
          List<TokenDescription> tokens = access.listTokens(name);
          if (output.isJson()) {
            OutputOption.printJson(streams, json -> UserReport.write(json, user, rules, tokens));
          } else {
            streams.print(UserReport.details(user, rules, tokens));
          }
          return ExitCode.OK;
        });
  }
}
