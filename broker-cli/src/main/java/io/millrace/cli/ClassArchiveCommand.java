package io.millrace.cli;

import io.millrace.cli.command.CommandFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code millrace class-archive}: makes the class archive. The launcher does this itself and does
 * not run this class, which has the help and refuses a wrong command line.
 */
@Command(
    name = "class-archive",
    description = "Make the class archive of the installed Java, which shortens every start.",
    footer = {
      "",
      "It takes a few seconds and prints the path of the archive. If there is none, "
          + "'millrace server' has it made in the background. Run this after the "
          + "installation or for a container image; with another Java, run it again.",
      "",
      "Example:",
      "  millrace class-archive"
    })
final class ClassArchiveCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new CommandFailure(
        "the class archive is made by the launcher; run bin/millrace class-archive, or"
            + " scripts/millrace class-archive in a source checkout");
  }
}
