package io.millrace.cli.bench;

import io.millrace.cli.command.ExitCode;
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
import picocli.CommandLine.Option;

/** {@code millrace bench consume}: how fast a topic is read. */
@Command(
    name = "consume",
    description = "Read a topic from its start to its end, again and again.",
    footer = {
      "",
      "Without --topic one is filled first; what fills it is not measured.",
      "",
      "Example:",
      "  millrace bench consume --size 100 --events 5000000 --partitions 4"
    })
final class BenchConsumeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  private final Streams streams;

  @Mixin private BenchOptions options;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many to fill the topic with. Default: ${DEFAULT-VALUE}.")
  private long events;

  BenchConsumeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
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

  /** Reads the whole topic as often as it takes to fill the time, once at least. */
  private static BenchResult read(MillraceClient client, String topic, Duration atLeast) {
    List<PartitionDescription> partitions = client.admin().describeTopic(topic).partitions();
    long count = 0;
    long bytes = 0;
    long start = System.nanoTime();
    do {
      try (Consumer consumer = client.consumer(topic).from(StartPosition.earliest()).build()) {
        while (!isThrough(consumer, partitions)) {
          for (ConsumedEvent event : consumer.poll(POLL)) {
            count++;
            bytes += event.value() == null ? 0 : event.value().length;
          }
        }
      }
    } while (System.nanoTime() - start < atLeast.toNanos());
    return new BenchResult("consume", count, bytes, (System.nanoTime() - start) / 1e9, Map.of());
  }

  private static boolean isThrough(Consumer consumer, List<PartitionDescription> partitions) {
    return partitions.stream().allMatch(p -> consumer.position(p.partition()) >= p.durable());
  }
}
