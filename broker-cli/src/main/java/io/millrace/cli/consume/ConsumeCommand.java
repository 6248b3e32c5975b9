package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventTemplate;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace consume}: prints the events of a topic from a position on. */
@Command(
    name = "consume",
    description = "Print the events of a topic from a position on, and new events as they arrive.",
    footer = {
      "",
      "Without --until and --max, the command waits for new events until Ctrl-C. Without --until "
          + "and --partition, it also reads partitions that are added to the topic meanwhile.",
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
      "A partition that cannot be read is left out, and damaged events end only the reading of "
          + "their partition: the others are read on, and the command exits with 1. With --skip-damaged, the partition is read on after the "
          + "damage too, and such damage does not change the exit code. Only offsets that the "
          + "broker lists as damaged are skipped; if it cannot locate the damage, the partition "
          + "ends there, and the command exits with 1.",
      "",
      "With --group, several commands share the partitions of the topic. A group without positions "
          + "starts with the earliest event. Ctrl-C leaves the group. Events that were printed can "
          + "be printed again after a crash.",
      "",
      "With --queue, several commands share single events, in about the order of the log. Events "
          + "that were printed and not accepted yet can be printed again after a crash. What is in a "
          + "pipe counts as printed: with 'head' behind it, use --max.",
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
      "  millrace consume rides --until end",
      "  millrace consume rides --from 2026-11-22T09:00:00Z --source vehicle-17",
      "  millrace consume rides --format '%%o %%k %%v\\n'",
      "  millrace consume rides --group billing --output json",
      "  millrace consume rides --queue workers --max 10",
      "  millrace consume rides --until end --output json |",
      "      millrace produce copy --input json"
    })
public final class ConsumeCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private EventOptions options;
  @Mixin private PartitionsOption partitions;

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
      names = {"-n", "--max"},
      paramLabel = "N",
      description = "Stop after this number of events, 0 or more. Default: no limit.")
  private long max = Long.MAX_VALUE;

  @Option(
      names = {"-g", "--group"},
      paramLabel = "NAME",
      description =
          "Read as a member of this group: from its positions, its share of the partitions. What is"
              + " printed is committed. Default: no group.")
  private String group;

  @Option(
      names = {"-q", "--queue"},
      paramLabel = "NAME",
      description =
          "Take events from this queue, and accept what is printed. Several commands share the"
              + " events. Default: no queue.")
  private String queue;

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
    partitions.check();
    checkRange();
    EventWriter writer = options.writer(streams);
    options.checkWhere();
    if (group != null && queue != null) {
      throw new ParameterException(
          spec.commandLine(), "--group and --queue contradict each other; give one of them");
    }
    if (group != null) {
      return printOfGroup(writer);
    }
    if (queue != null) {
      return printOfQueue(writer);
    }
    try (MillraceClient client = options.connect()) {
      // The end is read before the subscription starts: events that arrive later do not change it.
      TopicDescription topic = client.admin().describeTopic(options.topic);
      UnreadOffsets unread = options.unread(client, streams);
      Map<Integer, Long> bounds =
          bounds(ReadablePartitions.of(client, options.topic, partitions.choose(topic), unread));
      TopicReader.Selection selection = options.selection(isolation);
      try (TopicReader reader = open(client, selection, bounds, unread);
          StopSignal stop = StopSignal.install(signal -> reader.wakeup())) {
        if (partitions.isAll() && until instanceof ReadUntil.Never) {
          reader.follow(topic.partitions().size(), options.notices(streams));
        }
        long left = print(reader, stop, writer);
        new FilterNotices(options.notices(streams)).say(reader.filterCounters());
        if (left > 0) {
          unread.requireNone();
        }
      }
    }
    return ExitCode.OK;
  }

  private int printOfGroup(EventWriter writer) throws IOException {
    refuseBeside(
        "--group",
        "the group decides what a member reads; 'millrace group reset' sets its positions",
        "--from",
        "--until",
        "--partition",
        "--skip-damaged");
    try (MillraceClient client = options.connect()) {
      client.admin().describeTopic(options.topic); // a member would wait for a topic to come
      new GroupReader(group, options.selection(isolation), writer).print(client, max);
    }
    return ExitCode.OK;
  }

  private int printOfQueue(EventWriter writer) throws IOException {
    refuseBeside(
        "--queue",
        "a queue hands out each durable event that is not done",
        "--from",
        "--until",
        "--partition",
        "--skip-damaged",
        "--source",
        "--where",
        "--isolation");
    try (MillraceClient client = options.connect()) {
      new QueuePrinter(queue, options.topic, writer).print(client, max);
    }
    return ExitCode.OK;
  }

  private void refuseBeside(String option, String why, String... others) {
    for (String other : others) {
      if (spec.commandLine().getParseResult().hasMatchedOption(other)) {
        throw new ParameterException(
            spec.commandLine(), other + " and " + option + " contradict each other: " + why);
      }
    }
  }

  private TopicReader open(
      MillraceClient client,
      TopicReader.Selection selection,
      Map<Integer, Long> bounds,
      UnreadOffsets unread) {
    try {
      return TopicReader.open(client, selection, starts(bounds.keySet()), bounds, unread);
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.OFFSET_OUT_OF_RANGE && from.timeIfMeant().isPresent()) {
        throw new MillraceException(
            e.code(),
            e.getMessage()
                + "; a number is an offset: if a time is meant, write --from "
                + from.timeIfMeant().get(),
            e);
      }
      throw e;
    }
  }

  private Map<Integer, StartPosition> starts(Set<Integer> read) {
    Map<Integer, StartPosition> starts = new HashMap<>();
    read.forEach(partition -> starts.put(partition, from.position()));
    return starts;
  }

  private Map<Integer, Long> bounds(List<PartitionDescription> read) {
    Map<Integer, Long> bounds = new HashMap<>();
    for (PartitionDescription partition : read) {
      bounds.put(partition.partition(), until.bound(partition, isolation));
    }
    return bounds;
  }

  /** An inverted range has no events; an empty one is that of a program that counts. */
  private void checkRange() {
    if (from.isAfter(until)) {
      throw new ParameterException(
          spec.commandLine(),
          "--from "
              + given("--from")
              + " is after --until "
              + given("--until")
              + "; events from --from on and before --until are printed");
    }
  }

  private String given(String option) {
    return spec.findOption(option).originalStringValues().get(0);
  }

  /** Returns the number of events that are missing to {@code --max}. */
  private long print(TopicReader reader, StopSignal stop, EventWriter writer) throws IOException {
    long left = max;
    while (left > 0 && !stop.raised() && !reader.isRead()) {
      List<ConsumedEvent> events = reader.poll();
      for (ConsumedEvent event : events) {
        if (left > 0 && reader.isInBounds(event) && isInTime(event)) {
          writer.write(event);
          left--;
        }
      }
      writer.flush();
    }
    return left;
  }

  private boolean isInTime(ConsumedEvent event) {
    return event.timestampMicros() >= from.notBeforeMicros()
        && event.timestampMicros() < until.beforeMicros();
  }
}
