package io.millrace.cli.token;

import io.millrace.cli.access.AccessJson;
import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.NewToken;
import io.millrace.client.TokenSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace token create}: creates a token. */
@Command(
    name = "create",
    description = "Create a token, a credential for programs, and print it once.",
    footer = {
      "",
      "The token goes to standard output, and nothing else does. The broker keeps only a hash of it and cannot show it again. A token allows what its user is allowed when it is used; --allow limits it further. You may create tokens for yourself; for other users the command needs the permission admin.",
      "",
      "Examples:",
      "  millrace token create ci --user anna --allow 'read topic:rides*'",
      "  millrace token create backup --expires never > token"
    })
final class TokenCreateCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "A name for people, such as the program's.")
  private String name;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The user whose permissions the token has. Default: yourself.")
  private String user;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "90d",
      converter = TokenLifetime.Converter.class,
      description = "Time until the token expires, such as 90d, or 'never'. Default: 90d.")
  private TokenLifetime expires;

  @Option(
      names = "--allow",
      paramLabel = "PERMISSION",
      description =
          "Limit the token to this permission, such as 'read topic:rides*'. Repeatable. Default:"
              + " all that its user is allowed.")
  private List<String> scope = List.of();

  @Mixin private OutputOption output;

  TokenCreateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (user == null && target.isOffline()) {
      throw new ParameterException(
          spec.commandLine(), "with --data-dir, --user names the user of the token");
    }
    Optional<Instant> expiresAt = expires.from(Instant.now());
    TokenSpec wanted = new TokenSpec(name, Optional.ofNullable(user), expiresAt, scope);
    return target.run(
        access -> {
          print(access.createToken(wanted), expiresAt);
          return ExitCode.OK;
        });
  }

  private void print(NewToken created, Optional<Instant> expiresAt) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("id", created.id());
            json.writeStringField("token", created.token());
            json.writeStringField("expiresAt", expiresAt.map(AccessJson::time).orElse(null));
            json.writeEndObject();
          });
    } else {
      streams.print(created.token() + "\n");
      streams
          .err()
          .println(
              "Created token "
                  + created.id()
                  + ", which "
                  + expiresAt
                      .map(time -> "expires at " + AccessJson.time(time))
                      .orElse("never expires")
                  + ". It is not shown again.");
    }
  }
}
