package io.millrace.cli.group;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Table;
import io.millrace.client.GroupDetails;
import io.millrace.client.QueueDetails;
import io.millrace.client.QueueSettings;
import io.millrace.protocol.TimeSpan;
import java.io.IOException;
import java.util.List;

/** Prints a group that is a queue, as text and as JSON. */
final class QueueReport {

  private QueueReport() {}

  /** One queue: its settings, its consumers and its partitions. */
  static String details(GroupDetails group, QueueDetails queue) {
    QueueSettings settings = queue.settings();
    StringBuilder text = new StringBuilder();
    line(text, "queue", group.name());
    line(text, "lock time", TimeSpan.format(settings.lockTime()));
    line(text, "attempts", String.valueOf(settings.maxAttempts()));
    line(
        text,
        "back-off",
        TimeSpan.format(settings.firstBackOff())
            + " to "
            + TimeSpan.format(settings.longestBackOff()));
    line(
        text,
        "dead letters",
        settings.deadLetterTopicOf("TOPIC").map(topic -> "to topic " + topic).orElse("discarded"));
    line(text, "order", settings.orderedByKey() ? "by key" : "none");
    if (!queue.consumers().isEmpty()) {
      text.append('\n').append(consumers(queue.consumers()));
    }
    if (!queue.partitions().isEmpty()) {
      text.append('\n').append(partitions(queue.partitions()));
    }
    for (QueueDetails.Partition each : queue.partitions()) {
      if (!each.problem().isEmpty()) {
        text.append('\n').append(each.topic() + "-" + each.partition() + ": " + each.problem());
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-14s%s%n", name, value));
  }

  private static Table consumers(List<QueueDetails.Consumer> consumers) {
    Table table =
        new Table(
            "CONSUMER", "CLIENT", "HOST", "TOPIC", "STATE", "LOCKED", "OPENED", "LAST PROGRESS");
    for (QueueDetails.Consumer each : consumers) {
      table.add(
          each.session(),
          each.clientId(),
          each.host(),
          each.topic(),
          each.away() ? "away" : "open",
          each.locked(),
          TimeSpan.format(each.sinceOpened()) + " ago",
          TimeSpan.format(each.sinceProgress()) + " ago");
    }
    return table;
  }

  private static Table partitions(List<QueueDetails.Partition> partitions) {
    Table table =
        new Table(
            "TOPIC",
            "PARTITION",
            "START",
            "NEXT",
            "AVAILABLE",
            "LOCKED",
            "WAITING",
            "FAILED ATTEMPTS",
            "DEAD LETTERS",
            "STATE");
    for (QueueDetails.Partition each : partitions) {
      table.add(
          each.topic(),
          each.partition(),
          each.start(),
          each.next(),
          each.available(),
          each.locked(),
          each.waiting(),
          each.failedAttempts(),
          each.deadLetters()
              + (each.unwrittenDeadLetters() == 0
                  ? ""
                  : " (+" + each.unwrittenDeadLetters() + " not stored yet)"),
          each.failing() ? "failing" : "ok");
    }
    return table;
  }

  /** A queue as the value of a JSON field. */
  static void write(JsonGenerator json, QueueDetails queue) throws IOException {
    json.writeStartObject();
    QueueSettings settings = queue.settings();
    json.writeNumberField("lockSeconds", GroupReport.seconds(settings.lockTime()));
    json.writeNumberField("maxAttempts", settings.maxAttempts());
    json.writeNumberField("firstBackOffSeconds", GroupReport.seconds(settings.firstBackOff()));
    json.writeNumberField("longestBackOffSeconds", GroupReport.seconds(settings.longestBackOff()));
    json.writeBooleanField("discardsDeadLetters", settings.discardsDeadLetters());
    json.writeStringField("deadLetterTopic", settings.deadLetterTopic().orElse(null));
    json.writeBooleanField("orderedByKey", settings.orderedByKey());
    json.writeArrayFieldStart("consumers");
    for (QueueDetails.Consumer each : queue.consumers()) {
      write(json, each);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("partitions");
    for (QueueDetails.Partition each : queue.partitions()) {
      write(json, each);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, QueueDetails.Consumer consumer) throws IOException {
    json.writeStartObject();
    json.writeStringField("consumer", consumer.session());
    json.writeStringField("clientId", consumer.clientId());
    json.writeStringField("host", consumer.host());
    json.writeStringField("topic", consumer.topic());
    json.writeBooleanField("away", consumer.away());
    json.writeNumberField("locked", consumer.locked());
    json.writeNumberField("secondsSinceOpened", GroupReport.seconds(consumer.sinceOpened()));
    json.writeNumberField("secondsSinceProgress", GroupReport.seconds(consumer.sinceProgress()));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, QueueDetails.Partition partition)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", partition.topic());
    json.writeNumberField("partition", partition.partition());
    json.writeNumberField("start", partition.start());
    json.writeNumberField("next", partition.next());
    json.writeNumberField("available", partition.available());
    json.writeNumberField("locked", partition.locked());
    json.writeNumberField("waiting", partition.waiting());
    json.writeNumberField("unwrittenDeadLetters", partition.unwrittenDeadLetters());
    json.writeNumberField("failedAttempts", partition.failedAttempts());
    json.writeNumberField("deadLetters", partition.deadLetters());
    json.writeBooleanField("failing", partition.failing());
    json.writeStringField("problem", partition.problem().isEmpty() ? null : partition.problem());
    json.writeEndObject();
  }
}
