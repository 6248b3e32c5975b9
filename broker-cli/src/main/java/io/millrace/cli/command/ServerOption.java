package io.millrace.cli.command;

import io.millrace.client.MillraceClient;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --server}, which connects to the broker at its address. */
public final class ServerOption {

  /** The client id of the commands. It is the source of events that have no other source. */
  public static final String CLIENT_ID = "millrace-cli";

  private static final String OPTION = "--server";

  /**
   * Longer than the default of the client library: a command has no second attempt, and on a busy
   * machine the first answer of a broker that has just started takes several seconds.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final Streams streams;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = OPTION,
      paramLabel = "ADDRESS",
      defaultValue = "${env:MILLRACE_SERVER:-localhost:9710}",
      description =
          "Address of the broker, as HOST:PORT or HOST; an IPv6 address is in brackets. Default: the"
              + " environment variable MILLRACE_SERVER; if it is not set, localhost:9710. A command"
              + " waits for the broker's first answer for at most 30 s.")
  private String address;

  ServerOption(Streams streams) {
    this.streams = streams;
  }

  /**
   * Connects to the broker. The caller closes the client. While there is no connection, standard
   * error says so.
   *
   * @throws ParameterException if the address is invalid
   * @throws io.millrace.client.MillraceException {@code SERVER_UNREACHABLE}, or the broker's
   *     refusal
   */
  public MillraceClient connect() {
    MillraceClient.Builder client =
        MillraceClient.builder()
            .clientId(CLIENT_ID)
            .connectTimeout(CONNECT_TIMEOUT)
            .connectionListener(
                new ConnectionNotice(Notices.of(streams, command()), streams.progress()));
    try {
      client.server(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command(), origin() + ": " + e.getMessage(), e);
    }
    return client.build();
  }

  /** The address as the user has given it, or the default. */
  public String address() {
    return address;
  }

  /** The command. The mixee is not the command if it is a mixin too. */
  private CommandLine command() {
    return spec.findOption(OPTION).command().commandLine();
  }

  /** What has named the address, for a message. */
  private String origin() {
    return command().getParseResult().hasMatchedOption(OPTION)
        ? OPTION
        : "the environment variable MILLRACE_SERVER";
  }
}
