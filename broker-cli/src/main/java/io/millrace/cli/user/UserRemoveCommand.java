package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.ForceOption;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceException;
import io.millrace.client.UserDeletion;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace user remove}: deletes a user. */
@Command(
    name = "remove",
    aliases = "rm",
    description = "Delete a user, its tokens and the rules that name it, without confirmation.",
    footer = {
      "",
      "The rules are deleted so that a later user of this name does not inherit them. To keep them, disable the user instead.",
      "",
      "Example:",
      "  millrace user remove anna"
    })
final class UserRemoveCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Option(
      names = "--if-exists",
      description = "Succeed if there is no such user. Default: that is an error.")
  private boolean ifExists;

  @Mixin private ForceOption force;

  @Mixin private OutputOption output;

  UserRemoveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          try {
            print(Optional.of(access.deleteUser(name, force.isGiven())));
          } catch (MillraceException e) {
            if (!ifExists || e.code() != ErrorCode.UNKNOWN_USER) {
              throw e;
            }
            print(Optional.empty());
          }
          return ExitCode.OK;
        });
  }

  private void print(Optional<UserDeletion> deletion) throws IOException {
    int tokens = deletion.map(UserDeletion::tokens).orElse(0);
    int rules = deletion.map(UserDeletion::rules).orElse(0);
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("user", name);
            json.writeBooleanField("deleted", deletion.isPresent());
            json.writeNumberField("tokens", tokens);
            json.writeNumberField("rules", rules);
            json.writeEndObject();
          });
    } else if (deletion.isEmpty()) {
      streams.print("there is no user " + Printable.line(name) + "\n");
    } else {
      streams.print(
          "deleted user "
              + Printable.line(name)
              + ", "
              + Plural.of(tokens, "token")
              + " and "
              + Plural.of(rules, "rule")
              + "\n");
    }
  }
}
