package io.millrace.cli.group;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.client.GroupDetails;
import io.millrace.client.GroupListing;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Prints groups as text and as JSON. */
final class GroupReport {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final String NONE = "-";

  private GroupReport() {}

  /** A table with one row for each group. */
  static String overview(List<GroupListing> groups) {
    Table table =
        new Table(
            "GROUP", "KIND", "MEMBERS", "PARTITIONS", "LAG", "LAG TIME", "REASON", "EMPTY SINCE");
    for (GroupListing group : groups) {
      table.add(
          group.name(),
          group.isQueue() ? "queue" : "members",
          group.members(),
          group.partitions(),
          text(group.lagEvents()),
          text(group.lagTime()),
          group.reason(),
          group.emptySince().map(GroupReport::time).orElse(NONE));
    }
    return table.toString();
  }

  /** One group: its members and its partitions. */
  static String details(GroupDetails group) {
    StringBuilder text = new StringBuilder();
    if (group.queue().isPresent()) {
      text.append(QueueReport.details(group, group.queue().get()));
    } else {
      members(text, group);
    }
    if (!group.partitions().isEmpty()) {
      text.append('\n').append(partitions(group.partitions()));
    }
    group.partitions().stream()
        .filter(each -> !each.lag().text().isEmpty())
        .forEach(
            each ->
                text.append('\n')
                    .append(each.topic() + "-" + each.partition() + ": " + each.lag().text()));
    return text.toString().stripTrailing() + "\n";
  }

  private static void members(StringBuilder text, GroupDetails group) {
    text.append("group      ").append(group.name()).append('\n');
    text.append("epoch      ").append(group.epoch()).append('\n');
    text.append("owners     ")
        .append(group.singleActive() ? "one member at a time" : "balanced")
        .append('\n');
    text.append("retention  ")
        .append(group.offsetRetention().map(TimeSpan::format).orElse("unlimited"))
        .append('\n');
    group
        .emptySince()
        .ifPresent(
            since ->
                text.append("empty      since ")
                    .append(time(since))
                    .append(group.lastMember().map(last -> "; last member " + last).orElse(""))
                    .append('\n'));
    if (!group.members().isEmpty()) {
      text.append('\n').append(members(group.members()));
    }
  }

  private static Table members(List<GroupDetails.Member> members) {
    Table table =
        new Table(
            "MEMBER",
            "STATIC NAME",
            "CLIENT",
            "HOST",
            "STATE",
            "OWNS",
            "TARGET",
            "HANDED OUT",
            "LAST PROGRESS");
    for (GroupDetails.Member each : members) {
      table.add(
          each.id(),
          each.staticName().orElse(NONE),
          each.clientId(),
          each.host(),
          state(each),
          each.assigned() + each.releasing(),
          each.target(),
          each.handedOut(),
          each.sinceProgress().map(since -> TimeSpan.format(since) + " ago").orElse(NONE));
    }
    return table;
  }

  private static Table partitions(List<GroupDetails.Partition> partitions) {
    Table table =
        new Table(
            "TOPIC",
            "PARTITION",
            "POSITION",
            "END",
            "LAG",
            "LAG TIME",
            "REASON",
            "CATCH UP",
            "OWNER");
    for (GroupDetails.Partition each : partitions) {
      table.add(
          each.topic(),
          each.partition(),
          text(each.position()),
          each.end(),
          each.lag().events(),
          TimeSpan.format(each.lag().time()),
          each.lag().reason(),
          each.lag().events() == 0
              ? NONE
              : each.lag().catchUp().map(TimeSpan::format).orElse("never"),
          each.owner().orElse(NONE) + each.next().map(next -> " -> " + next).orElse(""));
    }
    return table;
  }

  private static String state(GroupDetails.Member member) {
    return member.away() ? "away" : member.state().name().toLowerCase(Locale.ROOT);
  }

  /** The groups as a JSON list. */
  static void write(JsonGenerator json, List<GroupListing> groups) throws IOException {
    json.writeStartArray();
    for (GroupListing group : groups) {
      json.writeStartObject();
      json.writeStringField("group", group.name());
      json.writeBooleanField("isQueue", group.isQueue());
      json.writeBooleanField("singleActive", group.singleActive());
      json.writeNumberField("members", group.members());
      json.writeNumberField("partitions", group.partitions());
      json.writeStringField("emptySince", group.emptySince().map(GroupReport::time).orElse(null));
      JsonFields.writeNumber(json, "lagEvents", group.lagEvents());
      writeSeconds(json, "lagSeconds", group.lagTime());
      json.writeStringField("reason", group.reason().name());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** One group as a JSON object. */
  static void write(JsonGenerator json, GroupDetails group) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", group.name());
    json.writeBooleanField("isQueue", group.queue().isPresent());
    json.writeNumberField("epoch", group.epoch());
    json.writeBooleanField("singleActive", group.singleActive());
    writeSeconds(json, "offsetRetentionSeconds", group.offsetRetention());
    json.writeStringField("emptySince", group.emptySince().map(GroupReport::time).orElse(null));
    json.writeStringField("lastMember", group.lastMember().orElse(null));
    json.writeArrayFieldStart("members");
    for (GroupDetails.Member each : group.members()) {
      write(json, each);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("partitions");
    for (GroupDetails.Partition each : group.partitions()) {
      write(json, each);
    }
    json.writeEndArray();
    if (group.queue().isPresent()) {
      json.writeFieldName("queue");
      QueueReport.write(json, group.queue().get());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, GroupDetails.Member member) throws IOException {
    json.writeStartObject();
    json.writeStringField("member", member.id());
    json.writeStringField("staticName", member.staticName().orElse(null));
    json.writeStringField("clientId", member.clientId());
    json.writeStringField("host", member.host());
    writeSeconds(json, "sessionTimeoutSeconds", Optional.of(member.sessionTimeout()));
    writeSeconds(json, "maxProcessingSeconds", member.maxProcessingTime());
    json.writeArrayFieldStart("subscribedTopics");
    for (String topic : member.topics()) {
      json.writeString(topic);
    }
    json.writeEndArray();
    json.writeStringField("pattern", member.pattern().orElse(null));
    json.writeStringField("state", member.state().name());
    json.writeNumberField("assigned", member.assigned());
    json.writeNumberField("releasing", member.releasing());
    json.writeNumberField("target", member.target());
    writeSeconds(json, "secondsSinceBeat", Optional.of(member.sinceBeat()));
    json.writeBooleanField("away", member.away());
    writeSeconds(json, "secondsSinceProgress", member.sinceProgress());
    json.writeNumberField("handedOut", member.handedOut());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, GroupDetails.Partition partition)
      throws IOException {
    GroupDetails.Lag lag = partition.lag();
    json.writeStartObject();
    json.writeStringField("topic", partition.topic());
    json.writeNumberField("partition", partition.partition());
    json.writeStringField("owner", partition.owner().orElse(null));
    json.writeStringField("next", partition.next().orElse(null));
    JsonFields.writeNumber(json, "position", partition.position());
    json.writeStringField(
        "committedAt", partition.committedAt().map(GroupReport::time).orElse(null));
    json.writeNumberField("start", partition.start());
    json.writeNumberField("end", partition.end());
    json.writeNumberField("lagEvents", lag.events());
    writeSeconds(json, "lagSeconds", Optional.of(lag.time()));
    json.writeNumberField("eventsInPerSecond", lag.eventsInPerSecond());
    json.writeNumberField("eventsOutPerSecond", lag.eventsOutPerSecond());
    writeSeconds(json, "catchUpSeconds", lag.catchUp());
    json.writeStringField("reason", lag.reason().name());
    json.writeStringField("reasonText", lag.text().isEmpty() ? null : lag.text());
    json.writeEndObject();
  }

  /** The same failure, with what to do about it where the broker cannot know it. */
  static MillraceException withNextStep(MillraceException e, String group) {
    return e.code() == ErrorCode.GROUP_NOT_EMPTY
        ? new MillraceException(
            e.code(),
            e.getMessage()
                + "; stop its consumers: 'millrace group describe "
                + group
                + "' lists them",
            e)
        : e;
  }

  /** A number, or a dash. */
  static String text(OptionalLong number) {
    return number.isPresent() ? String.valueOf(number.getAsLong()) : NONE;
  }

  private static String text(Optional<Duration> time) {
    return time.map(TimeSpan::format).orElse(NONE);
  }

  private static String time(Instant instant) {
    return EventTime.format(EventTime.ofInstant(instant));
  }

  /** A duration in seconds. */
  static double seconds(Duration time) {
    return time.toNanos() / NANOS_PER_SECOND;
  }

  /** A time in seconds, or null. */
  static void writeSeconds(JsonGenerator json, String name, Optional<Duration> time)
      throws IOException {
    if (time.isPresent()) {
      json.writeNumberField(name, seconds(time.get()));
    } else {
      json.writeNullField(name);
    }
  }
}
