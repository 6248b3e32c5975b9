package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadClient.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/**
 * Redis with an append-only file. Snapshots and rewrites of the file are off, because they would
 * disturb single rounds. The client sets whether the file is fsynced.
 */
final class RedisSystem extends InstalledSystem {

  private final Program program;
  private final int port;

  RedisSystem(PeerModule module, Program program) throws IOException {
    super(module, "Redis", "RedisLoad", EnumSet.allOf(Durability.class));
    this.program = program;
    this.port = FreePort.find(1).get(0);
  }

  @Override
  String version() {
    return program.version();
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory) throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    List<String> command =
        List.of(
            program.file().toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--dir",
            data.toAbsolutePath().toString(),
            "--appendonly",
            "yes",
            "--auto-aof-rewrite-percentage",
            "0",
            "--save",
            "");
    return BenchmarkBroker.start(
        new ProcessBuilder(command), port, directory.resolve("broker.log"));
  }
}
