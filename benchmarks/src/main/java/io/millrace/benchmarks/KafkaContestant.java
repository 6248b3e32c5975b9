package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Apache Kafka as one KRaft node, from the artifacts that it publishes, with the JVM options of its
 * own start script; on JDK 25 where there is one.
 */
final class KafkaContestant implements Contestant {

  private static final int PREFERRED_JDK = 25;
  private static final String CLUSTER_ID = "millraceBenchmarksAAAA";

  /** As {@code kafka-server-start.sh} and {@code kafka-run-class.sh} have it. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx1G",
          "-Xms1G",
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

  private final Path module;
  private final Jdk jdk = Jdk.find(PREFERRED_JDK).orElseGet(Jdk::running);
  private final int port;
  private final int controllerPort;

  /**
   * Starts nothing yet.
   *
   * @param module the directory of the module {@code benchmarks/kafka}, which is built
   */
  KafkaContestant(Path module) throws IOException {
    this.module = module;
    List<Integer> ports = FreePort.find(2);
    this.port = ports.get(0);
    this.controllerPort = ports.get(1);
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public String description() {
    return "Kafka " + version() + " on JDK " + jdk.version();
  }

  private String version() {
    String prefix = "kafka-clients-";
    try (Stream<Path> jars = Files.list(libraries())) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(jar -> jar.startsWith(prefix))
          .map(jar -> jar.substring(prefix.length(), jar.length() - ".jar".length()))
          .findFirst()
          .orElse("of unknown version");
    } catch (IOException e) {
      throw new IllegalStateException("no Kafka in " + module + ": build it with -Ppeers", e);
    }
  }

  private Path libraries() {
    return module.resolve("target").resolve("lib");
  }

  @Override
  public BrokerProcess start(Path directory, Memory memory)
      throws IOException, InterruptedException {
    Path properties = directory.resolve("server.properties");
    if (!Files.exists(properties)) {
      Files.createDirectories(directory);
      Files.write(properties, properties(directory.resolve("data")));
      format(directory, properties);
    }
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("kafka.Kafka", properties.toString()));
    return BrokerProcess.start(new ProcessBuilder(command), port, log(directory));
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
      throw new BenchFailure("Kafka's storage was not formatted", log(directory));
    }
  }

  private static Path log(Path directory) {
    return directory.resolve("broker.log");
  }

  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", libraries() + "/*"));
    return command;
  }

  /** One node, larger batches than the default allows, and no waiting before deleted files go. */
  private List<String> properties(Path data) {
    String controller = "127.0.0.1:" + controllerPort;
    return List.of(
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@" + controller,
        "controller.listener.names=CONTROLLER",
        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://" + controller,
        "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
        "log.dirs=" + data,
        "auto.create.topics.enable=false",
        "offsets.topic.replication.factor=1",
        "message.max.bytes=8388608",
        "socket.send.buffer.bytes=1048576",
        "socket.receive.buffer.bytes=1048576",
        "log.segment.delete.delay.ms=0");
  }

  @Override
  public List<String> loadCommand() {
    String classPath =
        String.join(
            ":",
            module.resolve("target").resolve("classes").toString(),
            libraries() + "/*",
            System.getProperty("java.class.path"));
    return LoadProcess.command(
        jdk,
        List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        classPath,
        "io.millrace.benchmarks.kafka.KafkaLoad");
  }
}
