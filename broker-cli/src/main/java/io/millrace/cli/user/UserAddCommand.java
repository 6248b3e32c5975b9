package io.millrace.cli.user;

import io.millrace.cli.access.AccessJson;
import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.PasswordOption;
import io.millrace.cli.access.PasswordOption.Password;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace user add}: creates a user. */
@Command(
    name = "add",
    description = "Create a user, which may log in at once.",
    footer = {
      "",
      "The password has 8 characters or more and at most 1,024 bytes. It does not reach the broker, which gets only what verifies it. With --data-dir, the command works before the first start of a broker, and while it is stopped.",
      "",
      "Examples:",
      "  millrace user add anna --role producer",
      "  millrace user add admin --role admin --data-dir /var/lib/millrace",
      "  millrace user add ci --no-password --role consumer"
    })
final class UserAddCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "A role of the user: admin, operator, producer, consumer, viewer, or one that rules"
              + " define. Repeatable. Default: none.")
  private Set<String> roles = new TreeSet<>();

  @Mixin private PasswordOption password;

  @Option(
      names = "--no-password",
      description =
          "Create the user without a password: it can only log in with a token or a certificate."
              + " Default: with one.")
  private boolean noPassword;

  @Mixin private OutputOption output;

  UserAddCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (noPassword) {
      password.requireNotGiven("--no-password");
      return target.run(access -> created(access.createUser(name, roles), Optional.empty()));
    }
    try (Password chosen = password.read()) {
      return target.run(
          access ->
              created(
                  access.createUser(name, roles, chosen.characters()), chosen.textIfGenerated()));
    }
  }

  private int created(int rules, Optional<String> generated) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("user", name);
            AccessJson.writeTexts(json, "roles", List.copyOf(roles));
            json.writeNumberField("rules", rules);
            json.writeStringField("password", generated.orElse(null));
            json.writeEndObject();
          });
    } else if (generated.isPresent()) {
      streams.print(generated.get() + "\n");
      streams.err().println("Created user " + Printable.line(name) + "; its password is above.");
    } else {
      streams.print("created user " + Printable.line(name) + "\n");
    }
    if (rules > 0 && !output.isJson()) {
      streams
          .err()
          .println(
              Plural.of(rules, "rule")
                  + " named this user already; 'millrace acl list --principal' shows them.");
    }
    return ExitCode.OK;
  }
}
