package io.millrace.cli.server;

import io.millrace.cli.command.BrokerConfigFile;
import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Setting;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.WrongPlace;
import io.millrace.server.MillraceServer;
import io.millrace.server.StartException;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.EffectiveSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace server}: runs a broker until SIGTERM or SIGINT, and then stops it in order. */
@Command(
    name = "server",
    description = "Run a broker in the foreground, until Ctrl-C or SIGTERM.",
    footer = {
      "",
      "The broker is ready when it prints 'millrace is ready' to stdout. Its log goes "
          + "to stderr. After Ctrl-C or SIGTERM it answers the requests in progress, closes "
          + "all logs, and exits.",
      "",
      "These options override environment variables (MILLRACE_LISTEN_PORT=9810), and "
          + "those override the settings file. The defaults above hold for a setting that "
          + "none of them has. config/broker.yaml lists all settings with their ranges and "
          + "defaults.",
      "",
      "Examples:",
      "  millrace server",
      "  millrace server --data-dir /var/lib/millrace --port 9810",
      "  millrace server --set storage.flushInterval=10ms",
      "  millrace server --print-config"
    })
public final class ServerCommand implements Callable<Integer> {

  /** The settings that have an option of their own, with its name. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "dataDir", "--data-dir",
          "listen.host", "--host",
          "listen.port", "--port",
          "http.port", "--http-port");

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings file, in YAML. Default: config/broker.yaml of the installation, if it exists.")
  private Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Directory for all data (dataDir); created if it does not exist. Default: data, in the"
              + " working directory.")
  private String dataDir;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address or host name to listen on (listen.host). Default: 127.0.0.1, which other"
              + " machines cannot reach.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for clients (listen.port), 0 to 65535; 0: any free port. Default: 9710.")
  private String port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Port for health and metrics (http.port), 0 to 65535; 0: any free port. Default:"
              + " 9711.")
  private String httpPort;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      converter = Setting.Converter.class,
      description = "Any setting, such as storage.flushInterval=10ms. Repeatable. Default: none.")
  private List<Setting> settings = List.of();

  @Option(
      names = "--print-config",
      description =
          "Print every setting with its value and where the value comes from, and exit. Default:"
              + " run the broker.")
  private boolean printConfig;

  ServerCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (printConfig) {
      streams.print(configTable());
      return ExitCode.OK;
    }
    ServerConfig settings = load(ConfigLoader::load);
    StartupPreload.awaitLogging();
    if (settings.isAudited()) {
      AuditLogging.configure(settings.dataDir());
    }
    MillraceServer server;
    try {
      server = MillraceServer.start(settings);
    } catch (StartException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
    if (settings.usesTls()) {
      ReloadSignal.install(server::reloadTls);
    }
    StopSignal stop = StopSignal.install(signal -> server.close());
    try (server) {
      streams.print(readyLine(server, settings));
      streams.out().flush();
      server.awaitStop();
    } finally {
      stop.close();
    }
    return ExitCode.OK;
  }

  private String configTable() {
    Table table = new Table("SETTING", "VALUE", "FROM");
    for (EffectiveSetting setting : load(ConfigLoader::effective)) {
      table.add(setting.key(), setting.value(), setting.origin());
    }
    return table.toString();
  }

  /** A method of {@link ConfigLoader}. */
  @FunctionalInterface
  private interface Loading<T> {
    T from(
        Optional<Path> file,
        Map<String, String> environment,
        Map<String, String> options,
        Map<String, String> names);
  }

  private <T> T load(Loading<T> loading) {
    Map<String, String> flags = Setting.toMap(settings);
    Map<String, String> given = new HashMap<>();
    putIfGiven(given, "dataDir", dataDir);
    putIfGiven(given, "listen.host", host);
    putIfGiven(given, "listen.port", port);
    putIfGiven(given, "http.port", httpPort);
    flags.putAll(given);
    Map<String, String> names = new HashMap<>(OPTIONS);
    names.keySet().retainAll(given.keySet());
    try {
      return loading.from(BrokerConfigFile.orInstalled(config), System.getenv(), flags, names);
    } catch (ConfigException e) {
      List<String> lines = e.getMessage().lines().toList();
      throw lines.size() > 1
          ? new WrongPlace(spec.commandLine(), lines)
          : new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void putIfGiven(Map<String, String> given, String key, String value) {
    if (value != null) {
      given.put(key, value);
    }
  }

  private static String readyLine(MillraceServer server, ServerConfig settings) {
    String data = settings.storage().engine().location(settings.dataDir());
    return "millrace is ready: "
        + server.addressesText()
        + ", data "
        + data
        + (settings.authenticationRequired() || settings.usesTls() ? "" : firstStep(server))
        + "\n";
  }

  /** What a newcomer can do next, without a credential. */
  private static String firstStep(MillraceServer server) {
    return "; try: millrace topic create demo --server "
        + server.addressesOf("native").get(0).hostAndPort();
  }
}
