package io.millrace.cli;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import io.millrace.server.MillraceServer;
import io.millrace.server.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code millrace train-archive}: runs the server and the usual commands once, in one process. The
 * launcher runs it in a JVM that records the loaded classes ({@code -XX:DumpLoadedClassList}), and
 * makes a class data sharing archive of them.
 */
@Command(
    name = "train-archive",
    hidden = true,
    description = "Load the usual classes once. The launcher runs this to make its class archive.")
final class TrainArchiveCommand implements Callable<Integer> {

  private static final String EVENTS =
      """
      {"time":"2026-11-22T09:30:00Z","vehicle":"vehicle-17","ride":"ride-4711"}
      {"time":1795339800.25,"vehicle":"vehicle-18","ride":"ride-4712"}
      """;

  private static final String CONFIG =
      """
      # 0: any free port.
      listen:
        port: 0
      http:
        port: 0
      """;

  private final Streams streams;

  TrainArchiveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = Files.createTempDirectory("millrace-train");
    Path config = Files.writeString(directory.resolve("broker.yaml"), CONFIG);
    Map<String, String> settings = Map.of("dataDir", directory.resolve("data").toString());
    try (MillraceServer server =
        MillraceServer.start(ConfigLoader.load(Optional.of(config), Map.of(), settings))) {
      String address = "127.0.0.1:" + server.port();
      run("topic", "create", "train", "--partitions", "2", "--server", address);
      run(
          ("produce train --timestamp-field time --source-field vehicle --key-field ride --server "
                  + address)
              .split(" "));
      run("consume", "train", "--until", "end", "--output", "json", "--server", address);
      run("consume", "train", "--until", "end", "--server", address);
      run("tail", "train", "--server", address);
      run("consume", "train", "--group", "train", "--max", "2", "--server", address);
      run("group", "describe", "train", "--server", address);
      run("sources", "train", "--server", address);
      run("topic", "list", "--server", address);
      run("topic", "describe", "train", "--output", "json", "--server", address);
      return ExitCode.OK;
    } finally {
      delete(directory);
    }
  }

  private void run(String... command) {
    InputStream in = new ByteArrayInputStream(EVENTS.getBytes(StandardCharsets.UTF_8));
    OutputStream nowhere = OutputStream.nullOutputStream();
    int code = Millrace.run(new Streams(in, nowhere, streams.err(), false), command);
    if (code != ExitCode.OK) {
      throw new CommandFailure(
          "'millrace " + String.join(" ", command) + "' ended with exit code " + code);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
