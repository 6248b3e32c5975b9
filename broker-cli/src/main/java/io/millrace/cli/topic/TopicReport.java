package io.millrace.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prints topics as text and as JSON. */
final class TopicReport {

  private TopicReport() {}

  /** A table with one row for each topic. */
  static String overview(List<TopicDescription> topics, ListedDamage damage) {
    Table table = new Table("TOPIC", "PARTITIONS", "EVENTS", "BYTES", "HEALTH");
    for (TopicDescription topic : topics) {
      table.add(
          topic.name(),
          topic.partitions().size(),
          events(topic),
          sizeBytes(topic),
          health(topic, damage));
    }
    return table.toString();
  }

  /** One topic: its settings, and a table with one row for each partition. */
  static String details(TopicDescription topic, ListedDamage damage) {
    StringBuilder text = new StringBuilder();
    text.append("topic    ").append(topic.name()).append('\n');
    text.append("id       ").append(topic.id()).append('\n');
    text.append("created  ").append(createdAt(topic).orElse("unknown")).append('\n');
    new TreeMap<>(topic.settings())
        .forEach((name, value) -> text.append("set      " + name + "=" + value + "\n"));
    Table table = new Table("PARTITION", "START", "DURABLE", "END", "BYTES", "HEALTH");
    for (PartitionDescription p : topic.partitions()) {
      table.add(
          p.partition(), p.start(), p.durable(), p.end(), p.sizeBytes(), health(topic, p, damage));
    }
    return text.append('\n').append(table).append(damage.table()).toString();
  }

  /** One topic as a JSON object. */
  static void write(JsonGenerator json, TopicDescription topic, ListedDamage damage)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("topic", topic.name());
    json.writeStringField("id", topic.id().toString());
    json.writeStringField("createdAt", createdAt(topic).orElse(null));
    json.writeObjectFieldStart("settings");
    for (Map.Entry<String, String> setting : new TreeMap<>(topic.settings()).entrySet()) {
      json.writeStringField(setting.getKey(), setting.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("partitions");
    for (PartitionDescription partition : topic.partitions()) {
      write(json, topic, partition, damage);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(
      JsonGenerator json,
      TopicDescription topic,
      PartitionDescription partition,
      ListedDamage damage)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("partition", partition.partition());
    json.writeNumberField("start", partition.start());
    json.writeNumberField("durable", partition.durable());
    json.writeNumberField("end", partition.end());
    json.writeNumberField("sizeBytes", partition.sizeBytes());
    writeFailure(json, partition.failure());
    damage.write(json, topic.name(), partition.partition());
    json.writeEndObject();
  }

  /** A field with the failure of a partition, or with null. */
  static void writeFailure(JsonGenerator json, Optional<PartitionDescription.Failure> failure)
      throws IOException {
    if (failure.isPresent()) {
      JsonFields.writeFailure(json, failure.get().code(), failure.get().message());
    } else {
      JsonFields.writeNoFailure(json);
    }
  }

  /** Empty for a topic that the broker refuses, because the time is in its lost state. */
  private static Optional<String> createdAt(TopicDescription topic) {
    return Optional.of(topic.createdAt())
        .filter(time -> !time.equals(Instant.EPOCH))
        .map(EventTime::ofInstant)
        .map(EventTime::format);
  }

  private static long events(TopicDescription topic) {
    return topic.partitions().stream().mapToLong(p -> p.end() - p.start()).sum();
  }

  private static long sizeBytes(TopicDescription topic) {
    return topic.partitions().stream().mapToLong(PartitionDescription::sizeBytes).sum();
  }

  private static String health(TopicDescription topic, ListedDamage damage) {
    long failed = topic.partitions().stream().filter(p -> p.failure().isPresent()).count();
    return health(failed == 0 ? "ok" : failed + " failed", damage.health(topic.name()));
  }

  private static String health(
      TopicDescription topic, PartitionDescription partition, ListedDamage damage) {
    return health(text(partition.failure()), damage.health(topic.name(), partition.partition()));
  }

  /** With the number of damaged ranges, of which the events are lost for readers. */
  private static String health(String failure, String damage) {
    if (damage.isEmpty()) {
      return failure;
    }
    return failure.equals("ok") ? damage : failure + "; " + damage;
  }

  /** The failure of a partition in one line; {@code ok} if there is none. */
  static String text(Optional<PartitionDescription.Failure> failure) {
    return failure.map(f -> f.code() + ": " + f.message()).orElse("ok");
  }
}
