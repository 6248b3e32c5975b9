package io.millrace.cli.user;

import io.millrace.cli.access.AccessJson;
import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.ForceOption;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace user set-roles}: sets the roles of a user. */
@Command(
    name = "set-roles",
    description = "Set all roles of a user. Roles that are not named are taken away.",
    footer = {
      "",
      "The change takes effect on open connections too.",
      "",
      "Examples:",
      "  millrace user set-roles anna producer viewer",
      "  millrace user set-roles anna      # takes all roles away"
    })
final class UserSetRolesCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ROLE",
      description =
          "The roles: admin, operator, producer, consumer, viewer, or others that rules define.")
  private Set<String> roles = new TreeSet<>();

  @Mixin private ForceOption force;

  @Mixin private OutputOption output;

  UserSetRolesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          access.setRoles(name, roles, force.isGiven());
          output.print(
              streams,
              json -> {
                json.writeStringField("user", name);
                AccessJson.writeTexts(json, "roles", List.copyOf(roles));
              },
              "user "
                  + Printable.line(name)
                  + " has "
                  + (roles.isEmpty() ? "no role" : "the roles " + String.join(", ", roles))
                  + "\n");
          return ExitCode.OK;
        });
  }
}
