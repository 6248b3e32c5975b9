package io.millrace.cli.demo;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventTime;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo}: a stream of events to play with, as scripts/quickstart does. */
@Command(
    name = "demo",
    hidden = true,
    description = "Print the events of a made-up ride-hailing fleet, one JSON object a line.",
    footer = {
      "",
      "The same seed prints the same rides. Time, source and key stand in the fields time, vehicle",
      "and ride; some events come late, behind others with a later time.",
      "",
      "Example:",
      "  millrace demo --events 1000 | millrace produce rides --timestamp-field time \\",
      "      --source-field vehicle --key-field ride"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int EVENTS_BETWEEN_PAUSES = 32;

  private final Streams streams;

  @Option(names = "--events", paramLabel = "N", defaultValue = "1000", description = "How many.")
  private long events;

  @Option(names = "--vehicles", paramLabel = "N", defaultValue = "40", description = "How many.")
  private int vehicles;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the random.")
  private long seed;

  @Option(names = "--start", paramLabel = "TIME", description = "Of the first event. Default: now.")
  private String start;

  @Option(names = "--rate", paramLabel = "N", description = "Events a second. Default: no pause.")
  private double rate = Double.POSITIVE_INFINITY;

  DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    long startMicros = start == null ? System.currentTimeMillis() * 1000 : EventTime.parse(start);
    DemoFleet fleet = new DemoFleet(seed, vehicles, startMicros);
    long startNanos = System.nanoTime();
    for (long i = 0; i < events; i++) {
      streams.print(fleet.next() + "\n");
      if (i % EVENTS_BETWEEN_PAUSES == 0 && rate < Double.POSITIVE_INFINITY) {
        streams.out().flush();
        long due = startNanos + (long) (i * 1e9 / rate);
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
    return ExitCode.OK;
  }
}
