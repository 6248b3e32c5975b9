package io.millrace.cli.tls;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace tls}: the group of commands about TLS. */
@Command(
    name = "tls",
    description = "Make certificates to try TLS out.",
    footer = {"", "'millrace tls COMMAND --help' describes a command."},
    subcommands = TlsDevCertCommand.class)
public final class TlsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: dev-cert");
  }
}
