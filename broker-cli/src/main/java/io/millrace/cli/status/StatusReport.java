package io.millrace.cli.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.client.BrokerDescription;
import io.millrace.client.BrokerDescription.Disk;
import io.millrace.client.BrokerDescription.Refusal;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/** Prints the state of a broker as text and as JSON. */
final class StatusReport {

  private StatusReport() {}

  static String text(String address, BrokerDescription broker, ListedDamage damage) {
    StringBuilder text = new StringBuilder();
    line(text, "address", address);
    line(text, "broker", broker.id().toString());
    line(text, "version", broker.version());
    line(text, "started", startedAt(broker));
    line(text, "data", broker.dataDirectory());
    line(text, "disk", disk(broker.disk()));
    line(text, "topics", number(broker.topics()));
    line(text, "partitions", partitions(broker));
    line(text, "events", number(broker.events()));
    line(text, "connections", number(broker.connections()));
    line(text, "damage", Plural.of(broker.damagedRanges(), "damaged range"));
    line(text, "health", health(broker));
    if (!broker.refusals().isEmpty()) {
      Table table = new Table("TOPIC", "PARTITION", "REFUSES APPENDS");
      for (Refusal refusal : broker.refusals()) {
        table.add(
            refusal.topic(),
            refusal.partition(),
            refusal.failure().code() + ": " + refusal.failure().message());
      }
      text.append('\n').append(table);
    }
    return text.append(damage.table()).toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-13s%s%n", name, Printable.line(value)));
  }

  static void write(
      JsonGenerator json, String address, BrokerDescription broker, ListedDamage damage)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("health", health(broker));
    json.writeStringField("address", address);
    json.writeStringField("id", broker.id().toString());
    json.writeStringField("version", broker.version());
    json.writeStringField("startedAt", startedAt(broker));
    json.writeStringField("dataDirectory", broker.dataDirectory());
    long usable = broker.disk().usableBytes();
    JsonFields.writeNumber(
        json, "usableBytes", usable < 0 ? OptionalLong.empty() : OptionalLong.of(usable));
    json.writeBooleanField("diskFull", broker.disk().full());
    json.writeNumberField("topics", broker.topics());
    json.writeNumberField("partitions", broker.partitions());
    json.writeNumberField("events", broker.events());
    json.writeNumberField("connections", broker.connections());
    json.writeNumberField("damagedRanges", broker.damagedRanges());
    json.writeNumberField("refusingPartitions", broker.refusingPartitions());
    json.writeArrayFieldStart("refusals");
    for (Refusal refusal : broker.refusals()) {
      json.writeStartObject();
      json.writeStringField("topic", refusal.topic());
      json.writeNumberField("partition", refusal.partition());
      JsonFields.writeFailure(json, refusal.failure().code(), refusal.failure().message());
      json.writeEndObject();
    }
    json.writeEndArray();
    damage.write(json);
    json.writeEndObject();
  }

  private static String startedAt(BrokerDescription broker) {
    return EventTime.format(EventTime.ofInstant(broker.startedAt()));
  }

  private static String disk(Disk disk) {
    if (disk.usableBytes() < 0) {
      return "free space unknown";
    }
    return Plural.of(disk.usableBytes(), "byte") + " free" + (disk.full() ? ", FULL" : "");
  }

  private static String partitions(BrokerDescription broker) {
    return broker.refusingPartitions() == 0
        ? number(broker.partitions())
        : number(broker.partitions())
            + ", "
            + number(broker.refusingPartitions())
            + " refuse appends";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String health(BrokerDescription broker) {
    return broker.degraded() ? "degraded" : "ok";
  }
}
