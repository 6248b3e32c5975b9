package io.millrace.cli.group;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.QueueDetails;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code millrace group redrive}: appends the events of dead letters to their topics again, or
 * counts them.
 */
@Command(
    name = "redrive",
    description =
        "Append the events of a queue's dead letters to their topics again. Without --apply, only"
            + " count them.",
    footer = {
      "",
      "The dead letters stay in their topic. Each one is moved once, however often the command is"
          + " run; without --apply, those that were moved before are counted, too.",
      "",
      "Examples:",
      "  millrace group redrive workers",
      "  millrace group redrive workers --reason attempts --apply",
      "  millrace group redrive workers --from orders.failed --max 10 --apply"
    })
final class GroupRedriveCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the queue.")
  private String name;

  @Option(
      names = "--from",
      paramLabel = "T",
      description =
          "Topic of the dead letters. Default: the topics to which they go by the settings of the"
              + " queue.")
  private String from;

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "T",
      description = "Only the events that come from this topic. Default: all.")
  private String topic;

  @Option(
      names = "--reason",
      paramLabel = "R",
      description =
          "Only the dead letters with this reason: ${COMPLETION-CANDIDATES}. Default: any.")
  private Reason reason;

  @Option(
      names = {"-n", "--max"},
      paramLabel = "N",
      description = "Move at most this many dead letters. Default: all.")
  private long max = Long.MAX_VALUE;

  @Option(
      names = "--apply",
      description = "Append the events. Default: count the dead letters, and append nothing.")
  private boolean apply;

  @Mixin private OutputOption output;

  /** The values of the header {@code dlq_reason}. */
  enum Reason {
    attempts,
    rejected
  }

  GroupRedriveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OptionRange.check(spec, "--max", max, 1, Long.MAX_VALUE);
    Redrive.Selection selection =
        new Redrive.Selection(name, topic, reason == null ? null : reason.name(), max, apply);
    try (MillraceClient client = server.connect();
        Redrive redrive = new Redrive(client, selection)) {
      Set<String> sources = from == null ? deadLetterTopics(client.admin()) : Set.of(from);
      for (String each : sources) {
        find(client.admin(), each).ifPresent(redrive::run);
      }
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> write(json, redrive.counts()));
      } else {
        streams.print(text(sources, redrive.counts()));
      }
      return ExitCode.OK;
    }
  }

  private Set<String> deadLetterTopics(Admin admin) {
    QueueDetails queue =
        admin
            .describeGroup(name)
            .queue()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ErrorCode.INCONSISTENT_GROUP,
                        "group " + name + " has members, and so no dead letters; name a queue"));
    if (queue.settings().discardsDeadLetters()) {
      throw new CommandFailure(
          ErrorCode.INVALID_REQUEST,
          "queue " + name + " keeps no dead letters; name the topic of earlier ones with --from");
    }
    return queue.partitions().stream()
        .map(QueueDetails.Partition::topic)
        .filter(each -> topic == null || topic.equals(each))
        .flatMap(each -> queue.settings().deadLetterTopicOf(each).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The topic; empty if nothing has died yet, so that the broker has not created it. */
  private Optional<TopicDescription> find(Admin admin, String deadLetters) {
    try {
      return Optional.of(admin.describeTopic(deadLetters));
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.UNKNOWN_TOPIC && from == null) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String text(Set<String> sources, Map<Redrive.Kind, Redrive.Counts> counts) {
    if (counts.isEmpty()) {
      String where = sources.isEmpty() ? "" : " in topic " + String.join(", ", sources);
      return "queue " + name + " has no such dead letters" + where + "\n";
    }
    Table table =
        apply
            ? new Table("DEAD LETTERS", "TOPIC", "REASON", "FOUND", "MOVED", "MOVED BEFORE")
            : new Table("DEAD LETTERS", "TOPIC", "REASON", "FOUND");
    counts.forEach(
        (kind, of) -> {
          if (apply) {
            table.add(
                kind.deadLetterTopic(),
                kind.topic(),
                kind.reason(),
                of.found,
                of.moved.get(),
                of.movedBefore);
          } else {
            table.add(kind.deadLetterTopic(), kind.topic(), kind.reason(), of.found);
          }
        });
    return table + summary(counts) + "\n";
  }

  private String summary(Map<Redrive.Kind, Redrive.Counts> counts) {
    if (apply) {
      long moved = counts.values().stream().mapToLong(each -> each.moved.get()).sum();
      return "moved " + Plural.of(moved, "dead letter") + " of queue " + name;
    }
    long found = counts.values().stream().mapToLong(each -> each.found).sum();
    return "found "
        + Plural.of(found, "dead letter")
        + " of queue "
        + name
        + "; --apply moves those that no earlier run has moved";
  }

  private void write(JsonGenerator json, Map<Redrive.Kind, Redrive.Counts> counts)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("group", name);
    json.writeBooleanField("applied", apply);
    json.writeArrayFieldStart("letters");
    for (Map.Entry<Redrive.Kind, Redrive.Counts> each : counts.entrySet()) {
      json.writeStartObject();
      json.writeStringField("deadLetterTopic", each.getKey().deadLetterTopic());
      json.writeStringField("topic", each.getKey().topic());
      json.writeStringField("dlqReason", each.getKey().reason());
      json.writeNumberField("found", each.getValue().found);
      json.writeNumberField("moved", each.getValue().moved.get());
      json.writeNumberField("movedBefore", each.getValue().movedBefore);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
