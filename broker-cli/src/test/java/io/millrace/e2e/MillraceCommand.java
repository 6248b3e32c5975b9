package io.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the real command line as a process, against one broker. */
final class MillraceCommand {

  static final String MAIN = "io.millrace.cli.Millrace";

  private final EndToEndBroker broker;

  MillraceCommand(EndToEndBroker broker) {
    this.broker = broker;
  }

  /** Runs {@code millrace <command> --server <broker> ...} without input. */
  JavaProcess.Result run(String... arguments) {
    return run((Path) null, arguments);
  }

  /** Runs a command with a file as its input. */
  JavaProcess.Result run(Path stdin, String... arguments) {
    return JavaProcess.run(withServer(arguments), stdin);
  }

  /** Runs a command with bytes as its input. */
  JavaProcess.Result run(byte[] stdin, String... arguments) throws IOException {
    Path file = Files.createTempFile("millrace-in", ".bin");
    try {
      Files.write(file, stdin);
      return run(file, arguments);
    } finally {
      Files.delete(file);
    }
  }

  List<String> withServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--server", broker.address()));
    return all;
  }
}
