package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventFormat;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace consume}: prints the events of a topic, from a position into the live end. */
@Command(
    name = "consume",
    description = "Print events, from a position into the live end, in order in each partition.",
    footer = {
      "",
      "Without --until the command goes on with what comes live, until Ctrl-C.",
      "",
      "--from TIME and --until TIME go by the events' own time stamps: exactly the",
      "events from the one until before the other, wherever they stand in the log.",
      "--until TIME reads to the end as it is when the command begins.",
      "",
      "--output json prints an object a line; 'produce --input json' reads it back.",
      "--output value prints the bytes of each value and a newline.",
      "",
      "Examples:",
      "  millrace consume rides --until end",
      "  millrace consume rides --from 2026-11-22T09:00:00Z --source vehicle-17",
      "  millrace consume rides --until end --output json |",
      "      millrace produce copy --input json"
    })
public final class ConsumeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
  private String topic;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      defaultValue = "earliest",
      converter = ReadFrom.Converter.class,
      description = ReadFrom.HELP + " Default: earliest.")
  private ReadFrom from;

  @Option(
      names = "--until",
      paramLabel = "POSITION",
      converter = ReadUntil.Converter.class,
      description = "Stop before: " + ReadUntil.HELP)
  private ReadUntil until = new ReadUntil.Never();

  @Option(names = "--partition", paramLabel = "N", description = "Only these. Default: all.")
  private int[] partitions = {};

  @Option(names = "--max", paramLabel = "N", description = "Stop after so many events.")
  private long max = Long.MAX_VALUE;

  @Option(
      names = "--source",
      paramLabel = "S",
      description = "Only events of these sources; the broker filters.")
  private String[] sources = {};

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      defaultValue = "durable",
      description = "durable: only what a power cut cannot take back; latest: all that is stored.")
  private Isolation isolation;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: text.")
  private EventFormat format;

  ConsumeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (max < 0) {
      throw new ParameterException(spec.commandLine(), "--max is " + max + "; expected 0 or more");
    }
    try (MillraceClient client = server.connect()) {
      // Asked before subscribing, so that "the end" is not after the first event printed.
      Map<Integer, Long> bounds = bounds(client.admin().describeTopic(topic));
      Consumer.Builder builder =
          client.consumer(topic).from(from.position()).isolation(isolation).sources(sources);
      if (partitions.length > 0) {
        builder.partitions(partitions);
      }
      try (Consumer consumer = builder.build();
          StopSignal stop = StopSignal.install(signal -> consumer.wakeup())) {
        print(consumer, bounds, stop);
      }
    }
    return ExitCode.OK;
  }

  private Map<Integer, Long> bounds(TopicDescription description) {
    Map<Integer, Long> bounds = new HashMap<>();
    for (PartitionDescription partition : description.partitions()) {
      bounds.put(partition.partition(), until.bound(partition, isolation));
    }
    return bounds;
  }

  private void print(Consumer consumer, Map<Integer, Long> bounds, StopSignal stop)
      throws IOException {
    EventWriter writer = format.writer(streams.out());
    long left = max;
    while (left > 0 && !stop.raised() && !isThrough(consumer, bounds)) {
      List<ConsumedEvent> events = consumer.poll(POLL);
      for (ConsumedEvent event : events) {
        if (left > 0 && isWanted(event, bounds)) {
          writer.write(event);
          left--;
        }
      }
      writer.flush();
    }
  }

  private boolean isWanted(ConsumedEvent event, Map<Integer, Long> bounds) {
    return event.offset() < bounds.get(event.partition())
        && event.timestampMicros() >= from.notBeforeMicros()
        && event.timestampMicros() < until.beforeMicros();
  }

  private static boolean isThrough(Consumer consumer, Map<Integer, Long> bounds) {
    return consumer.partitions().stream()
        .allMatch(partition -> consumer.position(partition) >= bounds.get(partition));
  }
}
