package io.millrace.cli.acl;

import io.millrace.cli.access.AccessTarget;
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

/** {@code millrace acl allow}: adds a rule. */
@Command(
    name = "allow",
    aliases = "add",
    description = "Add a rule: allow a principal an operation on a resource.",
    footer = {
      "",
      "What no rule and no role allows is denied. The rule takes effect on open connections too.",
      "",
      "Examples:",
      "  millrace acl allow anna read 'topic:rides*'",
      "  millrace acl allow role:fleet write topic:rides --source 'vehicle-*'",
      "  millrace acl allow '*' describe broker"
    })
final class AclAllowCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Mixin private RuleArguments arguments;

  @Mixin private OutputOption output;

  AclAllowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    AccessRule rule = arguments.rule();
    return target.run(
        access -> {
          boolean isNew = access.addRules(List.of(rule)) > 0;
          output.print(
              streams,
              json -> {
                RuleReport.writeFields(json, rule);
                json.writeBooleanField("isNew", isNew);
              },
              (isNew ? "added rule " : "the rule exists already: ")
                  + Printable.line(rule.toString())
                  + "\n");
          return ExitCode.OK;
        });
  }
}
