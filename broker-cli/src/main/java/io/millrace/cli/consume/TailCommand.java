package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventFormat;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
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

/** {@code millrace tail}: prints the last events of a topic, and those that come. */
@Command(
    name = "tail",
    description = "Print the last events of a topic, and with -f those that come.",
    footer = {
      "",
      "The last events are the last appended, over all partitions. --since goes by the",
      "events' own time stamps; without -n it prints all from there on.",
      "",
      "Examples:",
      "  millrace tail rides -n 20",
      "  millrace tail rides -f --source vehicle-17",
      "  millrace tail rides --since 10m --output json"
    })
public final class TailCommand implements Callable<Integer> {

  private static final int DEFAULT_COUNT = 10;
  private static final Duration POLL = Duration.ofMillis(500);

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
  private String topic;

  @Option(names = "-n", paramLabel = "N", description = "How many events. Default: 10.")
  private Integer count;

  @Option(names = "-f", description = "Go on with the events that come, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = ReadFrom.TimeConverter.class,
      description = "Only events from a time on (ISO-8601), or from so long ago (10m, 2h, 7d).")
  private Long since;

  @Option(
      names = "--source",
      paramLabel = "S",
      description = "Only events of these sources; the broker filters.")
  private String[] sources = {};

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: text.")
  private EventFormat format;

  TailCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (count != null && count < 0) {
      throw new ParameterException(spec.commandLine(), "-n is " + count + "; expected 0 or more");
    }
    EventWriter writer = format.writer(streams.out());
    try (MillraceClient client = server.connect()) {
      List<PartitionDescription> partitions = client.admin().describeTopic(topic).partitions();
      boolean allSince = since != null && count == null;
      if (!allSince) {
        printLast(client, partitions, writer);
      }
      if (allSince || follow) {
        Map<Integer, StartPosition> begin = new HashMap<>();
        for (PartitionDescription partition : partitions) {
          begin.put(
              partition.partition(),
              allSince
                  ? StartPosition.timestamp(EventTime.toInstant(since))
                  : StartPosition.offset(partition.durable()));
        }
        print(client.consumer(topic).from(begin).sources(sources), partitions, writer);
      }
    }
    return ExitCode.OK;
  }

  private void printLast(
      MillraceClient client, List<PartitionDescription> partitions, EventWriter writer)
      throws IOException {
    LastEventsReader last = new LastEventsReader(client, topic, sources, notBeforeMicros());
    for (ConsumedEvent event : last.read(partitions, count == null ? DEFAULT_COUNT : count)) {
      writer.write(event);
    }
    writer.flush();
  }

  private long notBeforeMicros() {
    return since == null ? Long.MIN_VALUE : since;
  }

  /** Prints to the end as it was when the command began, or, following, until the signal. */
  private void print(
      Consumer.Builder builder, List<PartitionDescription> partitions, EventWriter writer)
      throws IOException {
    try (Consumer consumer = builder.build();
        StopSignal stop = StopSignal.install(signal -> consumer.wakeup())) {
      while (!stop.raised() && (follow || !isThrough(consumer, partitions))) {
        for (ConsumedEvent event : consumer.poll(POLL)) {
          if (event.timestampMicros() >= notBeforeMicros()
              && (follow || event.offset() < partitions.get(event.partition()).durable())) {
            writer.write(event);
          }
        }
        writer.flush();
      }
    }
  }

  private static boolean isThrough(Consumer consumer, List<PartitionDescription> partitions) {
    return partitions.stream().allMatch(p -> consumer.position(p.partition()) >= p.durable());
  }
}
