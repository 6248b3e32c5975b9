package io.millrace.cli.command;

import io.millrace.client.MillraceClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --server}, and the way to connect to what it names. */
public final class ServerOption {

  /** The client id of commands, and so the source of events that are given no other. */
  public static final String CLIENT_ID = "millrace-cli";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:MILLRACE_SERVER:-localhost:9710}",
      description = "The broker. Else from MILLRACE_SERVER; else localhost:9710.")
  private String address;

  /** Connects, or fails with {@code SERVER_UNREACHABLE}. */
  public MillraceClient connect() {
    MillraceClient.Builder client = MillraceClient.builder().clientId(CLIENT_ID);
    try {
      client.server(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--server: " + e.getMessage(), e);
    }
    return client.build();
  }
}
