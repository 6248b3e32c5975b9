package io.millrace.cli.bench;

import io.millrace.client.Ack;
import picocli.CommandLine.Option;

/** What is measured depends on how safe events must be. */
final class AckOption {

  @Option(
      names = "--ack",
      paramLabel = "LEVEL",
      defaultValue = "synced",
      description = "none, stored or synced. Default: ${DEFAULT-VALUE}.")
  Ack level;
}
