package io.millrace.cli.bench;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
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

/** {@code millrace bench latency}: measures the latency of events at a given rate. */
@Command(
    name = "latency",
    description = "Measure the latency of events at a given rate.",
    footer = {
      "",
      "A schedule says when each event is due. Its latency is measured from then, to "
          + "its receipt and to a consumer in this process. So an event that had to wait "
          + "for a slow one shows the wait (no coordinated omission). The run fails when "
          + "an event is sent 10 s after it was due, because the rate is then too high.",
      "",
      "Example:",
      "  millrace bench latency --rate 5000 --size 100 --ack synced --duration 30s"
    })
final class BenchLatencyCommand implements Callable<Integer> {

  /**
   * The approximate maximum rate of one producer. A higher rate only measures how late the events
   * are.
   */
  private static final double MAX_RATE = 1_000_000;

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private AckOption ack;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Events per second, above 0, up to 1000000. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      defaultValue = "durable",
      description =
          "Which events the consumer receives. durable: only events that are fsynced. latest: all"
              + " stored events. Default: ${DEFAULT-VALUE}.")
  private Isolation isolation;

  BenchLatencyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    OptionRange.checkRate(spec, "--rate", rate, MAX_RATE);
    if (options.sizeBytes < ScheduledLoad.STAMP_BYTES) {
      throw new ParameterException(
          spec.commandLine(),
          "--size is "
              + options.sizeBytes
              + "; expected 8 or more, because the value has the 8 bytes of the due time");
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
