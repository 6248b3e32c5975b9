package io.millrace.cli.server;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.server.MillraceServer;
import io.millrace.server.StartException;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.settings.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace server}: runs a broker until SIGTERM or SIGINT, then drains it. */
@Command(
    name = "server",
    description = "Run a broker until it is told to stop (Ctrl-C or SIGTERM).",
    footer = {
      "",
      "Settings come from the file, then the environment (MILLRACE_LISTEN_PORT=9810),",
      "then the command line; what comes later wins. config/broker.yaml shows all.",
      "",
      "Examples:",
      "  millrace server",
      "  millrace server --data-dir /var/lib/millrace --port 9810",
      "  millrace server --set storage.flushInterval=10ms"
    })
public final class ServerCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings, in YAML. Default: config/broker.yaml of this installation.")
  private Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the broker keeps everything (dataDir). Default: data.")
  private String dataDir;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on (listen.host). Default: 127.0.0.1.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The native port (listen.port); 0: any free one. Default: 9710.")
  private String port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Health and metrics (http.port); 0: any free one. Default: 9711.")
  private String httpPort;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting by its key.")
  private Map<String, String> settings = Map.of();

  ServerCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig settings = load();
    EarlyStart.awaitLogging();
    MillraceServer server;
    try {
      server = MillraceServer.start(settings);
    } catch (StartException e) {
      throw new CommandFailure(e.getMessage(), e);
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

  private ServerConfig load() {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    putIfGiven(flags, "dataDir", dataDir);
    putIfGiven(flags, "listen.host", host);
    putIfGiven(flags, "listen.port", port);
    putIfGiven(flags, "http.port", httpPort);
    try {
      return ConfigLoader.load(configFile(), System.getenv(), flags);
    } catch (ConfigException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Optional<Path> configFile() {
    String home = System.getProperty("millrace.home");
    if (config != null || home == null) {
      return Optional.ofNullable(config);
    }
    return Optional.of(Path.of(home, "config", "broker.yaml")).filter(Files::exists);
  }

  private static void putIfGiven(Map<String, String> flags, String key, String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }

  private static String readyLine(MillraceServer server, ServerConfig settings) {
    String data = settings.storage().engine().location(settings.dataDir());
    return "millrace is ready: "
        + server.addressesText()
        + ", data "
        + data
        + "; try: millrace topic create demo --server "
        + server.addressesOf("native").get(0).hostAndPort()
        + "\n";
  }
}
