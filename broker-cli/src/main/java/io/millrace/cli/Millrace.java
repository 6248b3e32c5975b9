package io.millrace.cli;

import io.millrace.cli.access.AdminCommand;
import io.millrace.cli.access.WhoAmICommand;
import io.millrace.cli.acl.AclCommand;
import io.millrace.cli.bench.BenchCommand;
import io.millrace.cli.command.ConstantName;
import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Verbosity;
import io.millrace.cli.consume.ConsumeCommand;
import io.millrace.cli.consume.SourcesCommand;
import io.millrace.cli.consume.TailCommand;
import io.millrace.cli.demo.DemoCommand;
import io.millrace.cli.group.GroupCommand;
import io.millrace.cli.log.LogCommand;
import io.millrace.cli.produce.ProduceCommand;
import io.millrace.cli.server.ServerCommand;
import io.millrace.cli.server.StartupPreload;
import io.millrace.cli.status.StatusCommand;
import io.millrace.cli.tls.TlsCommand;
import io.millrace.cli.token.TokenCommand;
import io.millrace.cli.topic.TopicCommand;
import io.millrace.cli.user.UserCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code millrace}, the entry point of the command line. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = "Millrace is a log-structured event broker. These commands run and use it.",
    footer = {
      "",
      "'millrace COMMAND --help' describes a command, with examples. The address of "
          + "the broker is localhost:9710, unless --server or MILLRACE_SERVER names "
          + "another.",
      "",
      "Exit codes:",
      "  0         The command succeeded.",
      "  1         The command failed, completely or in part.",
      "  2         The command line or a setting of the broker is invalid.",
      "  3         The broker could not be reached.",
      "  130, 143  The command was stopped by Ctrl-C or by SIGTERM.",
      "",
      "Examples:",
      "  millrace server --data-dir data",
      "  millrace topic create rides --partitions 4",
      "  echo hello | millrace produce rides",
      "  millrace consume rides --until end"
    })
public final class Millrace implements Runnable, Verbosity {

  /** The commands, in the order in which the help lists them. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          ServerCommand.class,
          StatusCommand.class,
          TopicCommand.class,
          GroupCommand.class,
          ProduceCommand.class,
          ConsumeCommand.class,
          TailCommand.class,
          SourcesCommand.class,
          LogCommand.class,
          UserCommand.class,
          TokenCommand.class,
          AclCommand.class,
          WhoAmICommand.class,
          AdminCommand.class,
          TlsCommand.class,
          BenchCommand.class,
          DemoCommand.class,
          ClassArchiveCommand.class,
          TrainArchiveCommand.class);

  /** The commands about other commands. With one of them, the command line has all commands. */
  private static final List<Class<?>> GUIDES =
      List.of(CompletionCommand.class, HelpCommand.class, WriteManualCommand.class);

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Also print the stack trace of an error. Default: only its message.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Optional<String> undecoded =
        new UndecodedText(System.getProperty("sun.jnu.encoding"), Path.of("/proc/self"))
            .in(args, System.getenv());
    if (undecoded.isPresent()) {
      Notices.of(Streams.ofProcess(), "millrace", List.of(args))
          .error("USAGE", undecoded.get(), ExitCode.USAGE);
      System.exit(ExitCode.USAGE);
    }
    CliLogging.configure(args);
    if (CliLogging.isServer(args)) {
      StartupPreload.begin();
    }
    System.exit(run(Streams.ofProcess(), args));
  }

  /** Runs one command in this process and returns its exit code. */
  public static int run(Streams streams, String... args) {
    CommandLine command = commandLine(streams, args);
    int code = command.execute(args);
    return flush(streams, Notices.of(streams, "millrace", List.of(args)), code);
  }

  /**
   * Creates the command line with the command that the first argument names. If it names none,
   * creates it with all commands.
   */
  static CommandLine commandLine(Streams streams, String... args) {
    CommandFactory factory = new CommandFactory(streams);
    CommandLine command = new CommandLine(Millrace.class, factory);
    commandsFor(args).forEach(type -> command.addSubcommand(new CommandLine(type, factory)));
    ErrorPrinter errors = new ErrorPrinter(streams);
    command.setExecutionExceptionHandler(errors);
    command.setParameterExceptionHandler(errors);
    command.setOut(new PrintWriter(streams.out(), false, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
    command.setExecutionStrategy(Millrace::execute);
    ConstantName.register(command);
    return command;
  }

  /** With {@code --help}, picocli ignores an unknown command and prints the help of its parent. */
  private static int execute(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (!last.unmatched().isEmpty()) {
      throw new UnmatchedArgumentException(last.commandSpec().commandLine(), last.unmatched());
    }
    return new RunLast().execute(parsed);
  }

  /**
   * The command that the first argument names, or all commands if it names none. The server starts
   * a tenth faster when picocli does not read the classes of the other commands.
   */
  private static List<Class<?>> commandsFor(String... args) {
    for (Class<?> command : COMMANDS) {
      if (args.length > 0 && args[0].equals(command.getAnnotation(Command.class).name())) {
        return List.of(command);
      }
    }
    return Stream.concat(COMMANDS.stream(), GUIDES.stream()).toList();
  }

  @Override
  public boolean verbose() {
    return verbose;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command, such as 'server' or 'topic'");
  }

  private static int flush(Streams streams, Notices notices, int code) {
    try {
      streams.out().flush();
      return code;
    } catch (Streams.ClosedOutputException e) {
      return code;
    } catch (IOException e) {
      if (code != ExitCode.OK) {
        return code;
      }
      notices.error("FAILED", e.getMessage(), ExitCode.FAILED);
      return ExitCode.FAILED;
    }
  }
}
