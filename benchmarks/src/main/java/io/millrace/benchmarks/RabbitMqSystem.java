package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadClient.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * RabbitMQ with its stream plugin and without AMQP. The run starts its own node, and its own Erlang
 * port mapper, which the node needs. All their files are in the directory of the run.
 */
final class RabbitMqSystem extends InstalledSystem {

  private final Program server;
  private final Program portMapper;
  private final int port;
  private final int nodePort;
  private final int portMapperPort;

  RabbitMqSystem(PeerModule module, Program server, Program portMapper) throws IOException {
    super(module, "RabbitMQ", "RabbitMqLoad", Set.of(Durability.STORED));
    this.server = server;
    this.portMapper = portMapper;
    List<Integer> ports = FreePort.find(3);
    this.port = ports.get(0);
    this.nodePort = ports.get(1);
    this.portMapperPort = ports.get(2);
  }

  /**
   * The version in the name of the installation directory. The program itself needs a running node.
   */
  @Override
  String version() {
    try {
      return Program.versionIn(server.file().toRealPath().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find " + server.file(), e);
    }
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory)
      throws IOException, InterruptedException {
    Path home = Files.createDirectories(directory.toAbsolutePath());
    Files.write(home.resolve("rabbitmq.conf"), settings());
    Files.write(home.resolve("enabled_plugins"), List.of("[rabbitmq_stream]."));
    BenchmarkBroker mapper = startPortMapper(home);
    try {
      // Otherwise the node starts its own port mapper, which never ends.
      mapper.awaitListening();
      ProcessBuilder command = new ProcessBuilder(server.file().toString());
      command.environment().putAll(environment(home));
      return BenchmarkBroker.start(command, port, home.resolve("broker.log")).with(mapper);
    } catch (IOException | InterruptedException | RuntimeException e) {
      mapper.close();
      throw e;
    }
  }

  private BenchmarkBroker startPortMapper(Path home) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            portMapper.file().toString(),
            "-address",
            "127.0.0.1",
            "-port",
            Integer.toString(portMapperPort));
    return BenchmarkBroker.start(command, portMapperPort, home.resolve("epmd.log"));
  }

  private List<String> settings() {
    return List.of(
        "listeners.tcp = none",
        "stream.listeners.tcp.1 = 127.0.0.1:" + port,
        "stream.advertised_host = 127.0.0.1",
        "stream.advertised_port = " + port);
  }

  private Map<String, String> environment(Path home) {
    return Map.ofEntries(
        // The directory of the Erlang cookie.
        Map.entry("HOME", home.toString()),
        // The script then replaces itself with the node, instead of waiting for it.
        Map.entry("RUNNING_UNDER_SYSTEMD", "true"),
        Map.entry("RABBITMQ_NODENAME", "millrace-bench@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(nodePort)),
        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
        Map.entry("ERL_EPMD_PORT", Integer.toString(portMapperPort)),
        Map.entry(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        Map.entry("RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq.conf").toString()),
        Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("enabled_plugins").toString()),
        Map.entry("RABBITMQ_MNESIA_BASE", home.resolve("data").toString()),
        Map.entry("RABBITMQ_LOG_BASE", home.resolve("log").toString()),
        Map.entry("RABBITMQ_LOGS", "-"),
        // Files that do not exist, so that the files of the machine are not read.
        Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("no-advanced.config").toString()),
        Map.entry("RABBITMQ_CONF_ENV_FILE", home.resolve("no-env.conf").toString()));
  }
}
