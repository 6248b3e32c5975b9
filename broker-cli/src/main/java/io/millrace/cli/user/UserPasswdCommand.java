package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.PasswordOption;
import io.millrace.cli.access.PasswordOption.Password;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace user passwd}: sets the password of a user. */
@Command(
    name = "passwd",
    description = "Set the password of a user.",
    footer = {
      "",
      "A user that has logged in with its password may change it. For other users the command needs the permission admin. Open connections stay open; tokens stay valid.",
      "",
      "Examples:",
      "  millrace user passwd anna",
      "  millrace user passwd admin --data-dir /var/lib/millrace",
      "  millrace user passwd anna --password-file - < new-password"
    })
final class UserPasswdCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Mixin private PasswordOption password;

  @Mixin private OutputOption output;

  UserPasswdCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (Password chosen = password.read()) {
      return target.run(
          access -> {
            access.setPassword(name, chosen.characters());
            print(chosen.textIfGenerated());
            return ExitCode.OK;
          });
    }
  }

  private void print(Optional<String> generated) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("user", name);
            json.writeStringField("password", generated.orElse(null));
            json.writeEndObject();
          });
    } else if (generated.isPresent()) {
      streams.print(generated.get() + "\n");
      streams.err().println("The new password of user " + Printable.line(name) + " is above.");
    } else {
      streams.print("user " + Printable.line(name) + " has a new password\n");
    }
  }
}
