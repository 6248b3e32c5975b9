package io.millrace.cli.bench;

import io.millrace.client.Ack;
import picocli.CommandLine.Option;

/** The option {@code --ack} of the benchmarks that produce. */
final class AckOption {

  @Option(
      names = "--ack",
      paramLabel = "LEVEL",
      defaultValue = "synced",
      description =
          "When an event is acknowledged. none: it is written to the network. stored: it is in the"
              + " broker's log. synced: it is fsynced. Default: ${DEFAULT-VALUE}.")
  Ack level;
}
