package io.millrace.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.AdjacentDamage;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.client.Admin;
import io.millrace.client.EventDeletionException;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription.Failure;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topic delete-events}: deletes the first events of a topic's partitions. */
@Command(
    name = "delete-events",
    description =
        "Delete the events of a topic below an offset or a time, without confirmation. This cannot"
            + " be undone.",
    footer = {
      "",
      "Exactly one of --before-offset, --before-time and --all says which events. Always "
          + "the first events of a partition are deleted, up to an offset: NEW START is the "
          + "first one that is kept.",
      "",
      "With --before-time, every deleted event has an earlier event time. An event with an "
          + "earlier time stays if it was appended after one with a later time. The command says "
          + "at which event it stops in each partition. Damaged events "
          + "can have a later time: they stay, and the events after them.",
      "",
      "With --all, events stay that are not yet fsynced, or come during the command. The next "
          + "event continues the offsets.",
      "",
      "The events are gone when the command ends. The broker frees their disk space later, "
          + "a segment at a time. Consumers that have not read them fail with "
          + "OFFSET_OUT_OF_RANGE. A repeated command deletes what it selects then: --all and a "
          + "duration before now also select events that are new.",
      "",
      "Examples:",
      "  millrace topic delete-events rides --before-time 30d --dry-run",
      "  millrace topic delete-events rides --before-time 2026-03-01T08:00:00Z",
      "  millrace topic delete-events rides --partition 2 --before-offset 1500",
      "  millrace topic delete-events rides --all --output json"
    })
final class TopicDeleteEventsCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Mixin private DeletionSelector selector;

  @Mixin private PartitionOption partition;

  @Option(
      names = "--dry-run",
      description = "Print what would be deleted, and delete nothing. Default: delete it.")
  private boolean dryRun;

  @Mixin private OutputOption output;

  TopicDeleteEventsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    selector.check();
    partition.check();
    try (MillraceClient client = server.connect()) {
      Admin admin = client.admin();
      TopicDescription topic = admin.describeTopic(name);
      List<EventDeletion> plan = selector.plan(admin, topic, partition.choose(topic));
      sayWhatDamageKeeps(admin, plan);
      if (selector.isByTime()) {
        sayWhatTimeKeeps(client, plan);
      }
      if (!dryRun) {
        delete(admin, topic, plan);
        return ExitCode.OK;
      }
      print(plan);
      return sayWhatIsRefused(plan);
    }
  }

  private int sayWhatIsRefused(List<EventDeletion> plan) {
    Notices notices = Notices.of(streams, spec.commandLine());
    refused(plan)
        .forEach(
            (number, failure) ->
                notices.error(
                    failure.code().name(),
                    "partition "
                        + number
                        + " takes no deletion: "
                        + failure.message()
                        + (notices.json() ? "" : " [" + failure.code() + "]"),
                    ExitCode.FAILED));
    return refused(plan).isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Map<Integer, Failure> refused(List<EventDeletion> plan) {
    Map<Integer, Failure> refused = new TreeMap<>();
    plan.forEach(
        each -> each.failure().ifPresent(why -> refused.put(each.partition().partition(), why)));
    return refused;
  }

  private void sayWhatDamageKeeps(Admin admin, List<EventDeletion> plan) {
    Notices notices = Notices.of(streams, spec.commandLine());
    for (EventDeletion each : plan) {
      each.damage()
          .ifPresent(
              range ->
                  notices.say(
                      ("keeps partition %d from offset %d: the events %d to %d are damaged and can have"
                              + " a later time; 'millrace topic delete-events %s --partition %d"
                              + " --before-offset %d' deletes them")
                          .formatted(
                              range.partition(),
                              each.start(),
                              range.firstOffset(),
                              range.endOffset() - 1,
                              name,
                              range.partition(),
                              AdjacentDamage.end(admin, range))));
    }
  }

  /** A deletion by time stops at the first later time, which need not be near the end. */
  private void sayWhatTimeKeeps(MillraceClient client, List<EventDeletion> plan) {
    Notices notices = Notices.of(streams, spec.commandLine());
    for (EventDeletion each : plan) {
      if (each.failure().isEmpty()
          && each.damage().isEmpty()
          && each.start() < each.partition().durable()) {
        notices.say(
            FirstKeptEvent.describe(client, name, each.partition().partition(), each.start()));
      }
    }
  }

  /** If a partition fails, the result is printed before the error. */
  private void delete(Admin admin, TopicDescription topic, List<EventDeletion> plan)
      throws IOException {
    Map<Integer, Long> offsets =
        plan.stream()
            .filter(each -> each.events() > 0)
            .collect(Collectors.toMap(each -> each.partition().partition(), EventDeletion::start));
    Map<Integer, Failure> failures = refused(plan);
    Map<Integer, Long> starts;
    try {
      starts = admin.deleteEventsBefore(topic, offsets);
    } catch (EventDeletionException e) {
      starts = e.starts();
      failures.putAll(e.failures());
    }
    print(outcome(plan, starts, failures));
    if (!failures.isEmpty()) {
      throw new EventDeletionException(starts, failures);
    }
  }

  private static List<EventDeletion> outcome(
      List<EventDeletion> plan, Map<Integer, Long> starts, Map<Integer, Failure> failures) {
    return plan.stream()
        .map(
            each -> {
              int number = each.partition().partition();
              return failures.containsKey(number)
                  ? each.failed(failures.get(number))
                  : each.made(starts.getOrDefault(number, each.start()));
            })
        .toList();
  }

  private void print(List<EventDeletion> deletions) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> write(json, deletions));
    } else {
      streams.print(table(deletions) + summary(deletions) + "\n");
    }
  }

  private static String table(List<EventDeletion> deletions) {
    Table table = new Table("PARTITION", "START", "NEW START", "END", "DELETED", "RESULT");
    for (EventDeletion each : deletions) {
      table.add(
          each.partition().partition(),
          each.partition().start(),
          each.start(),
          each.partition().end(),
          each.events(),
          TopicReport.text(each.failure()));
    }
    return table.toString();
  }

  private String summary(List<EventDeletion> deletions) {
    long events = deletions.stream().mapToLong(EventDeletion::events).sum();
    String of = Plural.of(events, "event") + " of topic " + name;
    return dryRun
        ? "would delete " + of + "; without --dry-run, the command deletes them"
        : "deleted " + of;
  }

  private void write(JsonGenerator json, List<EventDeletion> deletions) throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", name);
    json.writeBooleanField("dryRun", dryRun);
    json.writeArrayFieldStart("partitions");
    for (EventDeletion each : deletions) {
      json.writeStartObject();
      json.writeNumberField("partition", each.partition().partition());
      json.writeNumberField("start", each.partition().start());
      json.writeNumberField("newStart", each.start());
      json.writeNumberField("end", each.partition().end());
      json.writeNumberField("deletedEvents", each.events());
      TopicReport.writeFailure(json, each.failure());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
