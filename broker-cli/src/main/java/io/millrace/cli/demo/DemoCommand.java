package io.millrace.cli.demo;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventTime;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code millrace demo}: prints sample events to try the broker with; scripts/quickstart uses it.
 */
@Command(
    name = "demo",
    description =
        "Print the events of a simulated ride-hailing fleet, one JSON object on each line.",
    footer = {
      "",
      "The same seed, start, rate and number of vehicles print the same events. The fields "
          + "time, vehicle and ride have the time, source and key of each event. One event "
          + "in twenty is up to 30 s late: it follows events with a later time.",
      "",
      "Example:",
      "  millrace demo --events 1000 | millrace produce rides --timestamp-field time \\",
      "      --source-field vehicle --key-field ride"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int MOST_EVENTS_BETWEEN_PAUSES = 32;
  private static final double DEFAULT_STEP_MICROS = 100_000;

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Number of events, 0 or more. Default: ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--vehicles",
      paramLabel = "N",
      defaultValue = "40",
      description = "Number of vehicles, 1 or more. Default: ${DEFAULT-VALUE}.")
  private int vehicles;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the random numbers, any whole number. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description =
          "Time of the first event: ISO-8601, or a number of seconds or milliseconds since 1970."
              + " Default: with --rate, now; else so long ago that the last event is at most"
              + " now.")
  private Long startMicros;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Events per second, above 0, also in the event times. Default: as fast as possible, and 10"
              + " events per second in the event times.")
  private double rate = Double.POSITIVE_INFINITY;

  DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OptionRange.check(spec, "--events", events, 0, Long.MAX_VALUE);
    OptionRange.check(spec, "--vehicles", vehicles, 1, Integer.MAX_VALUE);
    OptionRange.checkRate(spec, "--rate", rate, Double.POSITIVE_INFINITY);
    boolean paced = rate < Double.POSITIVE_INFINITY;
    double stepMicros = paced ? 1e6 / rate : DEFAULT_STEP_MICROS;
    long betweenPauses = (long) Math.max(1, Math.min(MOST_EVENTS_BETWEEN_PAUSES, rate / 10));
    DemoFleet fleet =
        new DemoFleet(
            seed,
            vehicles,
            startMicros == null
                ? pastMicros(paced ? betweenPauses + 1 : events, stepMicros)
                : startMicros,
            stepMicros);
    long startNanos = System.nanoTime();
    for (long i = 0; i < events; i++) {
      streams.print(fleet.next() + "\n");
      if (paced && i % betweenPauses == 0) {
        streams.out().flush();
        long due = startNanos + (long) (i * 1e9 / rate);
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
    return ExitCode.OK;
  }

  /** The time a number of steps ago, but not before 1970. */
  private static long pastMicros(long steps, double stepMicros) {
    long nowMicros = System.currentTimeMillis() * 1000;
    return nowMicros - (long) Math.min(nowMicros, steps * stepMicros);
  }

  /** Converts an option that is a time, to microseconds since 1970. */
  static final class TimeConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      try {
        return EventTime.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
