package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadTls;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Apache Kafka as one KRaft node, from its published artifacts, with the JVM options of its start
 * script. It runs on JDK 25 if there is one.
 */
final class KafkaSystem implements SystemUnderTest {

  private static final String CLUSTER_ID = "millraceBenchmarksAAAA";

  /** The options of {@code kafka-server-start.sh} and {@code kafka-run-class.sh}. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx1G",
          "-Xms1G",
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true");

  private static final int BEATS_IN_A_SESSION = 3;

  private final PeerModule module;
  private final Jdk jdk;
  private final int port;
  private final int controllerPort;
  private final List<String> groupSettings;
  private final Optional<TlsFiles> tls;

  /** Creates the system, without starting processes. */
  KafkaSystem(PeerModule module) throws IOException {
    this(module, List.of(), Optional.empty());
  }

  private KafkaSystem(PeerModule module, List<String> groupSettings, Optional<TlsFiles> tls)
      throws IOException {
    this.module = module;
    this.groupSettings = groupSettings;
    this.tls = tls;
    this.jdk = module.jdk();
    List<Integer> ports = FreePort.find(2);
    this.port = ports.get(0);
    this.controllerPort = ports.get(1);
  }

  /**
   * The same system with a session timeout of the members of groups. Members send as many
   * heartbeats in it as those of Millrace.
   */
  KafkaSystem sessions(Duration timeout) throws IOException {
    long session = timeout.toMillis();
    long interval = session / BEATS_IN_A_SESSION;
    return new KafkaSystem(
        module,
        List.of(
            "group.consumer.min.session.timeout.ms=" + session,
            "group.consumer.session.timeout.ms=" + session,
            "group.consumer.min.heartbeat.interval.ms=" + interval,
            "group.consumer.heartbeat.interval.ms=" + interval),
        tls);
  }

  @Override
  public Optional<OverTls> overTls() {
    return Optional.of(files -> new KafkaSystem(module, groupSettings, Optional.of(files)));
  }

  /** The command of the load process for groups, without the arguments of {@code GroupsMain}. */
  List<String> groupsCommand() {
    return module.loadCommand(jdk, "KafkaGroups", List.of());
  }

  @Override
  public String name() {
    return tls.isPresent() ? module.name() + "-tls" : module.name();
  }

  @Override
  public String description() {
    return "Kafka "
        + module.version("kafka-clients")
        + " on JDK "
        + jdk.version()
        + (tls.isPresent() ? " over TLS" : "");
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory)
      throws IOException, InterruptedException {
    Path properties = directory.resolve("server.properties");
    if (!Files.exists(properties)) {
      Files.createDirectories(directory);
      Files.write(properties, properties(directory.resolve("data")));
      format(directory, properties);
    }
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("kafka.Kafka", properties.toString()));
    return BenchmarkBroker.start(new ProcessBuilder(command), port, log(directory));
  }

  private void format(Path directory, Path properties) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("kafka.tools.StorageTool", "format", "--config", properties.toString()));
    command.addAll(List.of("--cluster-id", CLUSTER_ID));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log(directory).toFile())
            .start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new BenchFailure("cannot format the storage of Kafka", log(directory));
    }
  }

  private static Path log(Path directory) {
    return directory.resolve("broker.log");
  }

  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(module.loggingOptions());
    command.addAll(List.of("-cp", module.libraries() + "/*"));
    return command;
  }

  /**
   * Settings for one node, with larger batches than the default limit, and without delay before
   * deleted files are removed.
   */
  private List<String> properties(Path data) throws IOException {
    String controller = "127.0.0.1:" + controllerPort;
    String protocol = tls.isPresent() ? "SSL" : "PLAINTEXT";
    List<String> lines = new ArrayList<>(groupSettings);
    if (tls.isPresent()) {
      lines.addAll(
          List.of(
              "listener.security.protocol.map=SSL:SSL,CONTROLLER:PLAINTEXT",
              "security.inter.broker.protocol=SSL",
              "ssl.keystore.type=PEM",
              "ssl.keystore.location=" + tls.get().keyAndCertificate(),
              "ssl.truststore.type=PEM",
              "ssl.truststore.location=" + tls.get().ca()));
    }
    lines.addAll(
        List.of(
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@" + controller,
            "controller.listener.names=CONTROLLER",
            "listeners=" + protocol + "://127.0.0.1:" + port + ",CONTROLLER://" + controller,
            "advertised.listeners=" + protocol + "://127.0.0.1:" + port,
            "log.dirs=" + data,
            "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1",
            "message.max.bytes=8388608",
            "socket.send.buffer.bytes=1048576",
            "socket.receive.buffer.bytes=1048576",
            "log.segment.delete.delay.ms=0"));
    return lines;
  }

  @Override
  public Optional<WorkloadSpec> load(WorkloadSpec wanted) {
    return switch (wanted.kind()) {
      case FILTER_SOURCE, FILTER_JSON, BESIDE_FILTERS -> Optional.empty();
      case PRODUCE,
          PRODUCE_SPREAD,
          PRODUCE_CONNECTIONS,
          CONSUME,
          CONSUME_CONNECTIONS,
          COLD_READ,
          SCHEDULED,
          ONE_IN_FLIGHT,
          FIRST_EVENT ->
          Optional.of(wanted);
    };
  }

  @Override
  public List<String> loadCommand() {
    return module.loadCommand(jdk, "KafkaLoad", LoadTls.options(tls.map(TlsFiles::ca)));
  }
}
