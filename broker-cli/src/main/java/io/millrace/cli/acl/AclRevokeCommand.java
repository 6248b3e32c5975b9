package io.millrace.cli.acl;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.ForceOption;
import io.millrace.cli.access.RuleReport;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import io.millrace.client.AccessRule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace acl revoke}: removes a rule. */
@Command(
    name = "revoke",
    aliases = "rm",
    description = "Remove a rule, which is named as it was added.",
    footer = {
      "",
      "Subscriptions that are no longer allowed end within a second.",
      "",
      "Example:",
      "  millrace acl revoke anna read 'topic:rides*'"
    })
final class AclRevokeCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Mixin private RuleArguments arguments;

  @Mixin private ForceOption force;

  @Mixin private OutputOption output;

  AclRevokeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    AccessRule rule = arguments.rule();
    return target.run(
        access -> {
          access.removeRules(List.of(rule), force.isGiven());
          output.print(
              streams,
              json -> {
                RuleReport.writeFields(json, rule);
                json.writeBooleanField("deleted", true);
              },
              "removed rule " + Printable.line(rule.toString()) + "\n");
          return ExitCode.OK;
        });
  }
}
