package io.millrace.cli.acl;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.RuleReport;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.AccessRule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace acl list}: lists rules. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List the rules, in the order in which they were added.",
    footer = {
      "",
      "The permissions of the roles admin, operator, producer, consumer and viewer are not rules; docs/security.md lists them.",
      "",
      "Examples:",
      "  millrace acl list",
      "  millrace acl list --principal role:fleet"
    })
final class AclListCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Option(
      names = "--principal",
      paramLabel = "PRINCIPAL",
      description = "Only the rules of this user, of role:NAME, or of '*'. Default: all rules.")
  private String principal;

  @Mixin private OutputOption output;

  AclListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          List<AccessRule> rules =
              principal == null ? access.listRules() : access.listRules(principal);
          if (output.isJson()) {
            OutputOption.printJson(streams, json -> RuleReport.write(json, rules));
          } else if (rules.isEmpty()) {
            streams.err().println("There are no rules; 'millrace acl allow' adds one.");
          } else {
            streams.print(RuleReport.overview(rules));
          }
          return ExitCode.OK;
        });
  }
}
