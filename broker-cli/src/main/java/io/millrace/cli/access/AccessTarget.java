package io.millrace.cli.access;

import io.millrace.cli.command.ServerOption;
import io.millrace.client.AccessAdmin;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Where a command finds the users, tokens and rules: a broker, or with {@code --data-dir} the data
 * directory of a stopped one.
 */
public final class AccessTarget {

  private static final String DATA_DIR = "--data-dir";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ServerOption server;

  @Option(
      names = DATA_DIR,
      paramLabel = "DIR",
      description =
          "Work on the data directory of a stopped broker, which is created if it does not exist."
              + " Default: ask the broker.")
  private String dataDir;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "With --data-dir: the settings file of the broker, which names its storage engine."
              + " Default: config/broker.yaml of the installation, if it exists.")
  private Path config;

  /** What a command does. */
  @FunctionalInterface
  public interface Work {

    /** Does it, and returns the exit code. */
    int on(AccessAdmin access) throws IOException;
  }

  /**
   * Connects to the broker, or opens the data directory, and does the work of a command.
   *
   * @return the exit code
   * @throws ParameterException if the options contradict each other
   * @throws io.millrace.client.MillraceException the failure of the broker or of the work
   * @throws io.millrace.cli.command.CommandFailure if the data directory cannot be used
   */
  public int run(Work work) throws IOException {
    if (dataDir == null) {
      if (config != null) {
        throw new ParameterException(
            spec.commandLine(), "--config needs " + DATA_DIR + "; a broker has its own settings");
      }
      try (MillraceClient client = server.connect()) {
        return work.on(client.admin().access());
      }
    }
    if (spec.commandLine().getParseResult().hasMatchedOption("--server")) {
      throw new ParameterException(
          spec.commandLine(),
          "--server and "
              + DATA_DIR
              + " contradict each other: the first asks a broker, the second"
              + " changes the files of a stopped one");
    }
    try (OfflineAccess access = OfflineAccess.open(spec.commandLine(), dataDir, config)) {
      return work.on(access);
    }
  }

  /** Whether the command works on the data directory of a stopped broker. */
  public boolean isOffline() {
    return dataDir != null;
  }
}
