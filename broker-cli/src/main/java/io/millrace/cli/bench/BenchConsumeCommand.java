package io.millrace.cli.bench;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.Streams;
import io.millrace.client.Ack;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace bench consume}: measures the speed of reading a topic. */
@Command(
    name = "consume",
    description = "Measure how many events per second can be read from a topic.",
    footer = {
      "",
      "Reads the topic from its start to its end, as often as fits into --duration, "
          + "and at least once. Without --topic, a new topic is filled first; this is not "
          + "measured.",
      "",
      "Example:",
      "  millrace bench consume --size 100 --events 5000000 --partitions 4"
    })
final class BenchConsumeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private BenchOptions options;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Number of events that fill the new topic, 0 or more. Default: ${DEFAULT-VALUE}.")
  private long events;

  BenchConsumeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    OptionRange.check(spec, "--events", events, 0, Long.MAX_VALUE);
    try (MillraceClient client = options.server.connect();
        BenchTopic topic = BenchTopic.open(client, options)) {
      if (topic.isTemporary()) {
        try (Producer producer = options.producer(client, topic.name(), Ack.SYNCED)) {
          new ProducerLoad(List.of(producer), options.sizeBytes)
              .run("fill", Long.MAX_VALUE / 2, events);
        }
      }
      read(client, topic.name(), options.warmup);
      read(client, topic.name(), options.duration).print(streams, options.output);
      return ExitCode.OK;
    }
  }

  /**
   * Reads the whole topic at least once, and again until the time is over. Completes the last read.
   */
  private static BenchResult read(MillraceClient client, String topic, Duration atLeast) {
    List<PartitionDescription> partitions = client.admin().describeTopic(topic).partitions();
    long count = 0;
    long bytes = 0;
    long start = System.nanoTime();
    do {
      try (Consumer consumer = client.consumer(topic).from(StartPosition.earliest()).build()) {
        while (!isRead(consumer, partitions)) {
          for (ConsumedEvent event : consumer.poll(POLL)) {
            count++;
            bytes += event.value() == null ? 0 : event.value().length;
          }
        }
      }
    } while (System.nanoTime() - start < atLeast.toNanos());
    return new BenchResult("consume", count, bytes, (System.nanoTime() - start) / 1e9, Map.of());
  }

  private static boolean isRead(Consumer consumer, List<PartitionDescription> partitions) {
    return partitions.stream().allMatch(p -> consumer.position(p.partition()) >= p.durable());
  }
}
