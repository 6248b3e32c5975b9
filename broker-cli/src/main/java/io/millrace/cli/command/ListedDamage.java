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
 * The damage that the broker has found, as far as it is known here.
 *
 * @param list the first ranges, by topic, partition and offset
 * @param isKnown false if the broker is too old to list damage
 */
public record ListedDamage(DamageList list, boolean isKnown) {

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
    return new ListedDamage(new DamageList(0, List.of()), true);
  }

  private static ListedDamage of(Supplier<DamageList> query) {
    try {
      return new ListedDamage(query.get(), true);
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.UNSUPPORTED_VERSION) {
        return new ListedDamage(new DamageList(0, List.of()), false);
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

  /** Whether {@link #of(String)} has all ranges of a topic. */
  public boolean isComplete(String topic) {
    return isComplete(topic, Integer.MAX_VALUE);
  }

  /**
   * Whether {@link #of(String, int)} has all ranges of a partition: the list has all ranges, or it
   * ends after this partition.
   */
  public boolean isComplete(String topic, int partition) {
    List<DamagedEvents> ranges = list.ranges();
    if (!isKnown || list.total() == ranges.size()) {
      return isKnown;
    }
    if (ranges.isEmpty()) {
      return false;
    }
    DamagedEvents last = ranges.get(ranges.size() - 1);
    int order = topic.compareTo(last.topic());
    return order < 0 || (order == 0 && partition < last.partition());
  }

  /** What is known of the damage of a topic in one word; empty: there is none. */
  public String health(String topic) {
    return health(of(topic).size(), isComplete(topic));
  }

  /** What is known of the damage of a partition in one word; empty: there is none. */
  public String health(String topic, int partition) {
    return health(of(topic, partition).size(), isComplete(topic, partition));
  }

  private static String health(int ranges, boolean complete) {
    if (ranges == 0) {
      return complete ? "" : "damage unknown";
    }
    return complete ? "damaged (" + ranges + ")" : "damaged (" + ranges + " or more)";
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

  /** An array field with the ranges of one partition, and whether there can be more. */
  public void write(JsonGenerator json, String topic, int partition) throws IOException {
    json.writeArrayFieldStart("damage");
    for (DamagedEvents range : of(topic, partition)) {
      json.writeStartObject();
      writeOffsets(json, range);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("damageTruncated", !isComplete(topic, partition));
  }

  /** An array field with all ranges, each with its place, and whether there are more. */
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
    json.writeBooleanField("damageTruncated", !isKnown || list.total() > list.ranges().size());
  }

  private static void writeOffsets(JsonGenerator json, DamagedEvents range) throws IOException {
    json.writeNumberField("firstOffset", range.firstOffset());
    json.writeNumberField("endOffset", range.endOffset());
    json.writeStringField("reason", range.reason());
  }
}
