package io.millrace.cli.command;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The option {@code --server}, which connects to the broker at its address, and those about TLS and
 * credentials.
 */
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
      description =
          "Address of the broker, as HOST:PORT or HOST; an IPv6 address is in brackets. Default: the"
              + " environment variable MILLRACE_SERVER; if it is not set, that of the profile, else"
              + " localhost:9710. A command waits for the broker's first answer for at most 30 s.")
  private String address;

  @ArgGroup(validate = false, heading = LoginOptions.HEADING)
  private LoginOptions login = new LoginOptions();

  /** What the options, the environment and the profile say; null until a command asks. */
  private CommandConnection settings;

  ServerOption(Streams streams) {
    this.streams = streams;
  }

  /**
   * Connects to the broker. The caller closes the client. While there is no connection, standard
   * error says so. A second client has the same settings, and the user is not asked again.
   *
   * @throws ParameterException if an option or the profile is invalid
   * @throws MillraceException {@code SERVER_UNREACHABLE}, or the broker's refusal
   */
  public MillraceClient connect() {
    CommandConnection connection = settings();
    MillraceClient.Builder client =
        MillraceClient.builder()
            .clientId(CLIENT_ID)
            .connectTimeout(CONNECT_TIMEOUT)
            .connectionListener(
                new ConnectionNotice(Notices.of(streams, command()), streams.progress()));
    try {
      client.server(connection.server());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command(), origin() + ": " + e.getMessage(), e);
    }
    connection.tls().ifPresent(client::tls);
    connection.credentials().ifPresent(client::credentials);
    try {
      return client.build();
    } catch (MillraceException e) {
      throw withOptions(e);
    }
  }

  /** Names the options of the command line that avoid a failure. */
  private static MillraceException withOptions(MillraceException e) {
    String options =
        switch (e.code()) {
          case AUTHENTICATION_REQUIRED ->
              ": --token-file FILE, or --login USER with --login-password-file FILE";
          case TLS_REQUIRED -> ": --tls-ca FILE, or --tls for an authority that Java trusts";
          default -> "";
        };
    return options.isEmpty() ? e : new MillraceException(e.code(), e.getMessage() + options, e);
  }

  /** The address as the user has given it, or the default. */
  public String address() {
    return settings().server();
  }

  /**
   * Says that the command reads standard input itself, so that it has no password.
   *
   * @throws ParameterException if the password is to come from there
   */
  public void requireStandardInput() {
    if (PasswordInput.STANDARD_INPUT.equals(login.passwordFile)) {
      throw new ParameterException(
          command(),
          LoginOptions.PASSWORD_FILE
              + " - contradicts reading the events from standard input; name a file for one of"
              + " them");
    }
  }

  private CommandConnection settings() {
    if (settings == null) {
      try {
        settings = CommandConnection.of(address, login, System.getenv(), streams.in());
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command(), e.getMessage(), e);
      }
    }
    return settings;
  }

  /** The command. The mixee is not the command if it is a mixin too. */
  private CommandLine command() {
    return spec.findOption(OPTION).command().commandLine();
  }

  /** What has named the address, for a message. */
  private String origin() {
    if (command().getParseResult().hasMatchedOption(OPTION)) {
      return OPTION;
    }
    return System.getenv(CommandConnection.SERVER) == null
        ? "server of the profile"
        : "the environment variable " + CommandConnection.SERVER;
  }
}
