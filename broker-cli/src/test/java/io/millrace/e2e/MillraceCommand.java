package io.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real command line, as a process, against one broker. */
final class MillraceCommand {

  static final String MAIN = "io.millrace.cli.Millrace";

  private final EndToEndBroker broker;

  MillraceCommand(EndToEndBroker broker) {
    this.broker = broker;
  }

  /** Runs {@code millrace <command> --server <broker> ...} with nothing on standard input. */
  JavaProcess.Result run(String... arguments) {
    return run((Path) null, arguments);
  }

  /** The same with a file as standard input. */
  JavaProcess.Result run(Path stdin, String... arguments) {
    return JavaProcess.run(MAIN, withServer(arguments), stdin);
  }

  /** The same with bytes as standard input. */
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
