package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadClient.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** NATS with JetStream, which stores its streams in files. */
final class NatsSystem extends InstalledSystem {

  private final Program program;
  private final int port;

  NatsSystem(PeerModule module, Program program) throws IOException {
    super(module, "NATS", "NatsLoad", Set.of(Durability.STORED));
    this.program = program;
    this.port = FreePort.find(1).get(0);
  }

  @Override
  String version() {
    return program.version();
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory) throws IOException {
    Files.createDirectories(directory);
    List<String> command =
        List.of(
            program.file().toString(),
            "--addr",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--jetstream",
            "--store_dir",
            directory.resolve("data").toAbsolutePath().toString());
    return BenchmarkBroker.start(
        new ProcessBuilder(command), port, directory.resolve("broker.log"));
  }
}
