package io.millrace.cli.command;

import io.millrace.client.MillraceClient;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --server}, which connects to the broker at its address. */
public final class ServerOption {

  /** The client id of the commands. It is the source of events that have no other source. */
  public static final String CLIENT_ID = "millrace-cli";

  /**
   * Longer than the default of the client library: a command has no second attempt, and on a busy
   * machine the first answer of a broker that has just started takes several seconds.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      defaultValue = "${env:MILLRACE_SERVER:-localhost:9710}",
      description =
          "Address of the broker, as HOST:PORT or HOST; an IPv6 address is in brackets. Default: the"
              + " environment variable MILLRACE_SERVER; if it is not set, localhost:9710. A command"
              + " waits for the broker's first answer for at most 30 s.")
  private String address;

  /**
   * Connects to the broker. The caller closes the client.
   *
   * @throws ParameterException if the address is invalid
   * @throws io.millrace.client.MillraceException {@code SERVER_UNREACHABLE}, or the broker's
   *     refusal
   */
  public MillraceClient connect() {
    MillraceClient.Builder client =
        MillraceClient.builder().clientId(CLIENT_ID).connectTimeout(CONNECT_TIMEOUT);
    try {
      client.server(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--server: " + e.getMessage(), e);
    }
    return client.build();
  }
}
