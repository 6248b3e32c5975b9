package io.millrace.cli.consume;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.RoughDuration;
import io.millrace.client.SourceDescription;
import io.millrace.client.SourceDescription.Arrival;
import io.millrace.client.SourceDescription.Numbering;
import io.millrace.client.SourceListing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of sources as a table, and as JSON. */
final class SourcesOutput {

  private SourcesOutput() {}

  /** The columns that the broker fills; those of the numbers only if a source has numbers. */
  static String table(SourceListing listing) {
    boolean numbered =
        listing.sources().stream().anyMatch(source -> source.numbering().isPresent());
    List<String> headings =
        new ArrayList<>(List.of("SOURCE", "EVENTS", "FIRST EVENT", "LAST EVENT"));
    if (listing.asOf().isPresent()) {
      headings.addAll(List.of("LAST APPEND", "RATE", "SKEW"));
    }
    if (numbered) {
      headings.addAll(List.of("MISSING", "REPEATED"));
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (SourceDescription source : listing.sources()) {
      List<Object> cells = new ArrayList<>();
      cells.add(source.source());
      cells.add(source.events());
      cells.add(time(source.firstEventTime()));
      cells.add(time(source.lastEventTime()));
      listing.asOf().ifPresent(now -> addArrival(cells, source.arrival().orElseThrow(), now));
      if (numbered) {
        cells.add(source.numbering().map(Numbering::missing).map(String::valueOf).orElse("-"));
        cells.add(source.numbering().map(Numbering::repeated).map(String::valueOf).orElse("-"));
      }
      table.add(cells.toArray());
    }
    return table.toString();
  }

  private static void addArrival(List<Object> cells, Arrival arrival, Instant now) {
    Duration silent = Duration.between(arrival.lastAppendTime(), now);
    cells.add(RoughDuration.of(silent.isNegative() ? Duration.ZERO : silent) + " ago");
    cells.add(RoughDuration.number(arrival.eventsPerSecond()) + "/s");
    cells.add(RoughDuration.of(arrival.meanSkew()));
  }

  /** Every field of every source; one without a value is null. */
  static void write(SourceListing listing, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (SourceDescription source : listing.sources()) {
      Optional<Arrival> arrival = source.arrival();
      Optional<Numbering> numbering = source.numbering();
      json.writeStartObject();
      json.writeStringField("source", source.source());
      json.writeNumberField("events", source.events());
      json.writeStringField("firstSeen", time(source.firstEventTime()));
      json.writeStringField("lastSeen", time(source.lastEventTime()));
      json.writeStringField(
          "lastAppendTime", arrival.map(each -> time(each.lastAppendTime())).orElse(null));
      writeNumber(json, "eventsPerSecond", arrival.map(Arrival::eventsPerSecond));
      writeNumber(json, "meanSkewSeconds", arrival.map(each -> seconds(each.meanSkew())));
      writeNumber(json, "maxSkewSeconds", arrival.map(each -> seconds(each.maxSkew())));
      writeNumber(json, "lastSourceSequence", numbering.map(Numbering::last));
      writeNumber(json, "missing", numbering.map(Numbering::missing));
      writeNumber(json, "repeated", numbering.map(Numbering::repeated));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeNumber(JsonGenerator json, String name, Optional<? extends Number> value)
      throws IOException {
    json.writeFieldName(name);
    if (value.isEmpty()) {
      json.writeNull();
    } else if (value.get() instanceof Long whole) {
      json.writeNumber(whole);
    } else {
      json.writeNumber(value.get().doubleValue());
    }
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  private static String time(Instant instant) {
    return EventTime.format(EventTime.ofInstant(instant));
  }
}
