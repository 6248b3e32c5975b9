package io.millrace.e2e;

import io.millrace.cli.Millrace;
import io.millrace.cli.command.Streams;
import io.millrace.embedded.EmbeddedBroker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs the real command line in this JVM, against a broker that is a process or in this JVM. That
 * takes a tenth of the processor time of a process for each command. {@link CommandProcessTest}
 * runs commands as processes.
 */
public final class MillraceCommand {

  private final Supplier<String> server;

  MillraceCommand(EndToEndBroker broker) {
    server = broker::address;
  }

  MillraceCommand(EmbeddedBroker broker) {
    server = broker::address;
  }

  MillraceCommand(GroupsBroker broker) {
    server = broker::address;
  }

  /** Runs {@code millrace <command> --server <broker> ...} without input. */
  CommandResult run(String... arguments) {
    return run(InputStream.nullInputStream(), withServer(arguments));
  }

  /** Runs a command with a file as its input. */
  CommandResult run(Path stdin, String... arguments) throws IOException {
    try (InputStream input = Files.newInputStream(stdin)) {
      return run(input, withServer(arguments));
    }
  }

  /** Runs a command with bytes as its input. */
  CommandResult run(byte[] stdin, String... arguments) {
    return run(new ByteArrayInputStream(stdin), withServer(arguments));
  }

  /** Runs a command that has no broker, without input. */
  public static CommandResult runAlone(String... arguments) {
    return run(InputStream.nullInputStream(), List.of(arguments));
  }

  List<String> withServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--server", server.get()));
    return all;
  }

  private static CommandResult run(InputStream stdin, List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(stdin, out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
    FutureTask<Integer> command =
        new FutureTask<>(() -> Millrace.run(streams, arguments.toArray(String[]::new)));
    Thread thread = new Thread(command, "millrace " + arguments.get(0));
    thread.start();
    try {
      int exitCode = command.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
      return new CommandResult(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    } catch (TimeoutException e) {
      AssertionError error =
          new AssertionError("millrace " + arguments + " did not end; stderr: " + err);
      error.setStackTrace(thread.getStackTrace());
      thread.interrupt();
      throw error;
    } catch (ExecutionException e) {
      throw new AssertionError("millrace " + arguments + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while millrace " + arguments + " ran", e);
    }
  }
}
