package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventTemplate;
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
import picocli.CommandLine.Spec;

/** {@code millrace consume}: prints the events of a topic from a position on. */
@Command(
    name = "consume",
    description = "Print the events of a topic from a position on, and new events as they arrive.",
    footer = {
      "",
      "Without --until and --max, the command waits for new events until Ctrl-C.",
      "",
      "Within a partition, events are printed in the order of their offsets. There is "
          + "no order across partitions.",
      "",
      "An offset applies to every partition that is read. Use --partition with it.",
      "",
      "A time is compared with the event time: exactly the events with --from <= "
          + "event time < --until are printed. They can be anywhere in the log, so --until "
          + "TIME reads to the end that each partition has when the command starts.",
      "",
      "The form text has one line for each event: event time, partition@offset, source, "
          + "key, each header as [name=value], value. A missing key or value is a dash. "
          + "Control characters are escaped, and bytes that are no UTF-8 are printed as "
          + "base64:... Spaces are not escaped; for programs, use --output json or --format.",
      "",
      EventTemplate.FIELDS_HEADING,
      EventTemplate.FIELDS_PLACE,
      EventTemplate.FIELDS_ORIGIN,
      EventTemplate.FIELDS_CONTENT,
      EventTemplate.FIELDS_HEADERS,
      EventTemplate.FIELDS_NOTE,
      "",
      "Examples:",
      "  millrace consume rides --until end",
      "  millrace consume rides --from 2026-11-22T09:00:00Z --source vehicle-17",
      "  millrace consume rides --format '%%o %%k %%v\\n'",
      "  millrace consume rides --until end --output json |",
      "      millrace produce copy --input json"
    })
public final class ConsumeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private EventOptions options;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      defaultValue = "earliest",
      converter = ReadFrom.Converter.class,
      description = "Position of the first event: " + ReadFrom.HELP + " Default: earliest.")
  private ReadFrom from;

  @Option(
      names = "--until",
      paramLabel = "POSITION",
      converter = ReadUntil.Converter.class,
      description = "Stop before this position: " + ReadUntil.HELP + " Default: do not stop.")
  private ReadUntil until = new ReadUntil.Never();

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "N",
      description = "Read only this partition, from 0. Repeatable. Default: all partitions.")
  private int[] partitions = {};

  @Option(
      names = {"-n", "--max"},
      paramLabel = "N",
      description = "Stop after this number of events, 0 or more. Default: no limit.")
  private long max = Long.MAX_VALUE;

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      defaultValue = "durable",
      description =
          "durable: only events that are fsynced; no power failure can remove them. latest: all"
              + " stored events. Default: ${DEFAULT-VALUE}.")
  private Isolation isolation;

  ConsumeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OptionRange.check(spec, "--max", max, 0, Long.MAX_VALUE);
    EventWriter writer = options.writer(streams);
    try (MillraceClient client = options.connect()) {
      // The end is read before the subscription starts: events that arrive later do not change it.
      Map<Integer, Long> bounds = bounds(client.admin().describeTopic(options.topic));
      Consumer.Builder builder =
          client
              .consumer(options.topic)
              .from(from.position())
              .isolation(isolation)
              .sources(options.sources);
      if (partitions.length > 0) {
        builder.partitions(partitions);
      }
      try (Consumer consumer = builder.build();
          StopSignal stop = StopSignal.install(signal -> consumer.wakeup())) {
        print(consumer, bounds, stop, writer);
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

  private void print(
      Consumer consumer, Map<Integer, Long> bounds, StopSignal stop, EventWriter writer)
      throws IOException {
    long left = max;
    while (left > 0 && !stop.raised() && !isRead(consumer, bounds)) {
      List<ConsumedEvent> events = consumer.poll(POLL);
      for (ConsumedEvent event : events) {
        if (left > 0 && isInRange(event, bounds)) {
          writer.write(event);
          left--;
        }
      }
      writer.flush();
    }
  }

  private boolean isInRange(ConsumedEvent event, Map<Integer, Long> bounds) {
    return event.offset() < bounds.get(event.partition())
        && event.timestampMicros() >= from.notBeforeMicros()
        && event.timestampMicros() < until.beforeMicros();
  }

  private static boolean isRead(Consumer consumer, Map<Integer, Long> bounds) {
    return consumer.partitions().stream()
        .allMatch(partition -> consumer.position(partition) >= bounds.get(partition));
  }
}
