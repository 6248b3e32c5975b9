package io.millrace.cli.bench;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import io.millrace.client.Consumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench latency}: how long an event takes at a given rate. */
@Command(
    name = "latency",
    description = "Send at a given rate and measure how long each event takes.",
    footer = {
      "",
      "Events are sent by a schedule, and their time counts from when they were due, so",
      "that an event that had to wait for a slow one shows it (no coordinated omission).",
      "",
      "Example:",
      "  millrace bench latency --rate 5000 --size 100 --ack synced --duration 30s"
    })
final class BenchLatencyCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private AckOption ack;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Events a second. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      defaultValue = "durable",
      description = "Of the consumer: durable or latest. Default: ${DEFAULT-VALUE}.")
  private Isolation isolation;

  BenchLatencyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    if (options.sizeBytes < ScheduledLoad.STAMP_BYTES || rate <= 0) {
      throw new ParameterException(
          spec.commandLine(), "expected --size of 8 or more, for the time, and --rate above 0");
    }
    try (MillraceClient sending = options.server.connect();
        MillraceClient receiving = options.server.connect();
        BenchTopic topic = BenchTopic.open(sending, options);
        Producer producer = options.producer(sending, topic.name(), ack.level);
        Consumer consumer =
            receiving
                .consumer(topic.name())
                .from(StartPosition.latest())
                .isolation(isolation)
                .build()) {
      ScheduledLoad load = new ScheduledLoad(producer, consumer, options.sizeBytes, rate);
      load.run(options.warmup);
      BenchResult measured = load.run(options.duration);
      measured.print(streams, options.output);
      return ExitCode.OK;
    }
  }
}
