package io.millrace.cli.bench;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace bench produce}: measures the speed of producing. */
@Command(
    name = "produce",
    description = "Measure how many events per second a broker accepts.",
    footer = {
      "",
      "The latency is the time from send to receipt, of every 16th event. Under full "
          + "load, most of it is time in the producer's queue; 'bench latency' measures it "
          + "at a given rate.",
      "",
      "Example:",
      "  millrace bench produce --size 100 --ack stored --producers 2 --partitions 4"
    })
final class BenchProduceCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private AckOption ack;

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of producers, 1 or more, each with its own connection and thread. Default:"
              + " ${DEFAULT-VALUE}.")
  private int producers;

  @Option(
      names = "--events",
      paramLabel = "N",
      description =
          "Stop after this number of events, 0 or more, even before the end of --duration. Default:"
              + " no limit.")
  private long events = Long.MAX_VALUE;

  BenchProduceCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    OptionRange.check(spec, "--producers", producers, 1, Integer.MAX_VALUE);
    OptionRange.check(spec, "--events", events, 0, Long.MAX_VALUE);
    List<MillraceClient> clients = new ArrayList<>();
    try (MillraceClient admin = options.server.connect();
        BenchTopic topic = BenchTopic.open(admin, options)) {
      List<Producer> open = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        clients.add(options.server.connect());
        open.add(options.producer(clients.get(i), topic.name(), ack.level));
      }
      ProducerLoad load = new ProducerLoad(open, options.sizeBytes);
      load.run("warmup", options.warmup.toNanos(), Long.MAX_VALUE);
      load.run("produce", options.duration.toNanos(), events).print(streams, options.output);
      return ExitCode.OK;
    } finally {
      clients.forEach(MillraceClient::close);
    }
  }
}
