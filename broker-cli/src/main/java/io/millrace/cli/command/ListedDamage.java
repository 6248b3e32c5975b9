package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.client.Admin;
import io.millrace.client.DamageList;
import io.millrace.client.DamagedEvents;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The damage that the broker has found.
 *
 * @param list the first ranges; empty if the broker is too old to list them
 */
public record ListedDamage(DamageList list) {

  /** That of all topics. */
  public static ListedDamage of(Admin admin) {
    return of(admin::listDamage);
  }

  /** That of one topic. */
  public static ListedDamage of(Admin admin, String topic) {
    return of(() -> admin.listDamage(topic));
  }

  /** None, for a new topic. */
  public static ListedDamage none() {
    return new ListedDamage(new DamageList(0, List.of()));
  }

  private static ListedDamage of(Supplier<DamageList> query) {
    try {
      return new ListedDamage(query.get());
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.UNSUPPORTED_VERSION) {
        return none();
      }
      throw e;
    }
  }

  /** The ranges of one topic. */
  public List<DamagedEvents> of(String topic) {
    return list.ranges().stream().filter(range -> range.topic().equals(topic)).toList();
  }

  /** The ranges of one partition. */
  public List<DamagedEvents> of(String topic, int partition) {
    return of(topic).stream().filter(range -> range.partition() == partition).toList();
  }

  /** A table of the ranges; empty if there are none. */
  public String table() {
    if (list.ranges().isEmpty()) {
      return "";
    }
    Table table = new Table("TOPIC", "PARTITION", "DAMAGED OFFSETS", "REASON");
    for (DamagedEvents range : list.ranges()) {
      table.add(
          range.topic(),
          range.partition(),
          range.firstOffset() + " to " + (range.endOffset() - 1),
          range.reason());
    }
    int more = list.total() - list.ranges().size();
    return "\n" + table + (more == 0 ? "" : "and " + Plural.of(more, "more range") + "\n");
  }

  /** An array field with ranges of one partition. */
  public static void write(JsonGenerator json, List<DamagedEvents> ranges) throws IOException {
    json.writeArrayFieldStart("damage");
    for (DamagedEvents range : ranges) {
      json.writeStartObject();
      writeOffsets(json, range);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** An array field with all ranges, each with its place. */
  public void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("damage");
    for (DamagedEvents range : list.ranges()) {
      json.writeStartObject();
      json.writeStringField("topic", range.topic());
      json.writeNumberField("partition", range.partition());
      writeOffsets(json, range);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeOffsets(JsonGenerator json, DamagedEvents range) throws IOException {
    json.writeNumberField("firstOffset", range.firstOffset());
    json.writeNumberField("endOffset", range.endOffset());
    json.writeStringField("reason", range.reason());
  }
}
