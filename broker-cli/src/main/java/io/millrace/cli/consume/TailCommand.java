package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventTemplate;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.EventWriter;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.FilterCounters;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace tail}: prints the last events of a topic, and new events as they arrive. */
@Command(
    name = "tail",
    description = "Print the last events of a topic; with -f, also new events as they arrive.",
    footer = {
      "",
      "The last events are the durable events that were appended last, over all "
          + "partitions that are read. --since compares with the event time, not with the append "
          + "time.",
      "",
      "Damaged events are left out, and no event before them is one of the last ones. The command "
          + "exits with 1 if they can be among the events that are asked for. With --skip-damaged, "
          + "the events before them are found too, and damage that the broker can locate does not "
          + "change the exit code. A partition that cannot be read at all is left out, and the "
          + "command exits with 1.",
      "",
      EventTemplate.TEXT_FORM,
      "",
      EventTemplate.FIELDS_HEADING,
      EventTemplate.FIELDS_PLACE,
      EventTemplate.FIELDS_ORIGIN,
      EventTemplate.FIELDS_CONTENT,
      EventTemplate.FIELDS_HEADERS,
      EventTemplate.FIELDS_NOTE,
      "",
      "Examples:",
      "  millrace tail rides -n 20",
      "  millrace tail rides -f --source vehicle-17",
      "  millrace tail rides --since 10m --output json"
    })
public final class TailCommand implements Callable<Integer> {

  private static final int DEFAULT_COUNT = 10;

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private EventOptions options;
  @Mixin private PartitionsOption chosen;

  @Option(
      names = {"-n", "--max"},
      paramLabel = "N",
      description =
          "Number of events, 0 or more. Default: 10; with --since: all events since that time.")
  private Integer count;

  @Option(
      names = {"-f", "--follow"},
      description =
          "Follow: also print new events as they arrive, and without --partition those of"
              + " partitions that are added to the topic, until Ctrl-C. Default: exit after the last"
              + " event.")
  private boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeArgument.Converter.class,
      description =
          "Earliest event time to print: ISO-8601, or a duration before now (10m, 2h, 7d). Default:"
              + " any time.")
  private Long since;

  /** Options of consume, which users try here. */
  @Option(
      names = {"--from", "--until"},
      hidden = true,
      description = "Not an option of this command. Default: none.")
  private String position;

  /** What the filter has done in all reads. */
  private FilterCounters filterCounters = FilterCounters.NONE;

  TailCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (position != null) {
      throw new ParameterException(
          spec.commandLine(),
          "tail has no --from and no --until; --since TIME prints the events since a time, and"
              + " 'millrace consume "
              + options.topic
              + " --from POSITION' those from any position on");
    }
    OptionRange.check(spec, "-n", count == null ? DEFAULT_COUNT : count, 0, Integer.MAX_VALUE);
    chosen.check();
    EventWriter writer = options.writer(streams);
    options.checkWhere();
    try (MillraceClient client = options.connect()) {
      TopicDescription topic = client.admin().describeTopic(options.topic);
      UnreadOffsets unread = options.unread(client, streams);
      unread.leaveDamageOut();
      List<PartitionDescription> partitions =
          ReadablePartitions.of(client, options.topic, chosen.choose(topic), unread);
      boolean allSince = since != null && count == null;
      if (!allSince) {
        printLast(client, partitions, writer, unread);
      }
      if (follow) {
        unread.sayWhatIsLeftOut();
      }
      if (allSince || follow) {
        printOn(client, topic.partitions().size(), partitions, allSince, writer, unread);
      }
      new FilterNotices(options.notices(streams)).say(filterCounters);
      unread.requireNone();
    }
    return ExitCode.OK;
  }

  private void printLast(
      MillraceClient client,
      List<PartitionDescription> partitions,
      EventWriter writer,
      UnreadOffsets unread)
      throws IOException {
    LastEventsReader last =
        new LastEventsReader(client, selection(), notBeforeMicros(), this::isWanted, unread);
    for (ConsumedEvent event : last.read(partitions, count == null ? DEFAULT_COUNT : count)) {
      writer.write(event);
    }
    filterCounters = filterCounters.plus(last.filterCounters());
    writer.flush();
  }

  private long notBeforeMicros() {
    return since == null ? Long.MIN_VALUE : since;
  }

  private TopicReader.Selection selection() {
    return options.selection(Isolation.DURABLE);
  }

  private boolean isWanted(ConsumedEvent event) {
    return event.timestampMicros() >= notBeforeMicros();
  }

  /**
   * Prints events to the end that the topic had when the command started; with -f, until a signal.
   *
   * @param known the number of partitions of the topic
   */
  private void printOn(
      MillraceClient client,
      int known,
      List<PartitionDescription> partitions,
      boolean allSince,
      EventWriter writer,
      UnreadOffsets unread)
      throws IOException {
    Map<Integer, StartPosition> starts = new HashMap<>();
    Map<Integer, Long> bounds = new HashMap<>();
    for (PartitionDescription partition : partitions) {
      starts.put(
          partition.partition(),
          allSince
              ? StartPosition.timestamp(EventTime.toInstant(since))
              : StartPosition.offset(partition.durable()));
      bounds.put(partition.partition(), follow ? Long.MAX_VALUE : partition.durable());
    }
    try (TopicReader reader = TopicReader.open(client, selection(), starts, bounds, unread);
        StopSignal stop = StopSignal.install(signal -> reader.wakeup())) {
      if (follow && chosen.isAll()) {
        reader.follow(known, options.notices(streams));
      }
      while (!stop.raised() && !reader.isRead()) {
        for (ConsumedEvent event : reader.poll()) {
          if (reader.isInBounds(event) && isWanted(event)) {
            writer.write(event);
          }
        }
        writer.flush();
      }
      filterCounters = filterCounters.plus(reader.filterCounters());
    }
  }
}
