package io.millrace.cli;

import io.millrace.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code millrace write-manual}: writes the manual pages and the completion script. The build runs
 * it for the distribution.
 */
@Command(
    name = "write-manual",
    hidden = true,
    description = "Write the manual pages and the completion script. The build runs this.")
final class WriteManualCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Directory to write to.")
  private Path directory;

  @Parameters(paramLabel = "VERSION", description = "The version that the pages name.")
  private String version;

  @Override
  public Integer call() throws IOException {
    Path pages = Files.createDirectories(directory.resolve("man/man1"));
    Path completion = Files.createDirectories(directory.resolve("completion"));
    CommandLine root = spec.root().commandLine();
    write(root, pages, version);
    Files.writeString(completion.resolve("millrace.bash"), CompletionScript.of(root));
    return ExitCode.OK;
  }

  private static void write(CommandLine command, Path pages, String version) throws IOException {
    ManPage page = new ManPage(command, version);
    Files.writeString(pages.resolve(page.fileName()), page.text());
    for (CommandLine each : command.getSubcommands().values()) {
      if (!each.getCommandSpec().usageMessage().hidden()) {
        write(each, pages, version);
      }
    }
  }
}
