package io.millrace.core;

import io.millrace.group.queue.DyingEvent;
import io.millrace.group.queue.QueueFate;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of an event that a queue could not process: its source, time, key, value and headers,
 * and headers that say where it comes from and why.
 */
final class DeadLetter {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);

  private static final String PREFIX = "dlq_";

  /** Before the names of the headers that say where a dead letter was before it was one. */
  private static final String FIRST_PREFIX = "dlq_first_";

  private static final List<String> PLACE = List.of("topic", "partition", "offset");

  /** The headers of events that dead letters do not have: they have others of these names. */
  private static final Set<String> REPLACED =
      Stream.concat(
              PLACE.stream().map(name -> FIRST_PREFIX + name),
              Stream.of("topic", "partition", "offset", "group", "attempts", "reason", "error")
                  .map(name -> PREFIX + name))
          .collect(Collectors.toUnmodifiableSet());

  private final byte[] source;
  private final long eventTimeMicros;
  private final byte[] key;
  private final byte[] value;
  private final List<RecordHeader> headers;

  /** Where a dead letter was first; empty if the event was none. */
  private final List<RecordHeader> firstPlace;

  /** Where the event was. */
  record Origin(String topic, int partition, String group) {}

  private DeadLetter(BatchReader event) {
    this.source = event.source().getBytes(StandardCharsets.UTF_8);
    this.eventTimeMicros = event.eventTimeMicros();
    this.key = event.key();
    this.value = event.value();
    this.headers =
        event.headers().stream().filter(header -> !REPLACED.contains(header.name())).toList();
    List<RecordHeader> known = place(event.headers(), FIRST_PREFIX);
    this.firstPlace = known.isEmpty() ? place(event.headers(), PREFIX) : known;
  }

  /** A whole place that headers name, as the first one; otherwise nothing. */
  private static List<RecordHeader> place(List<RecordHeader> headers, String prefix) {
    List<RecordHeader> place = new ArrayList<>();
    for (String name : PLACE) {
      headers.stream()
          .filter(header -> header.name().equals(prefix + name))
          .findFirst()
          .ifPresent(header -> place.add(new RecordHeader(FIRST_PREFIX + name, header.value())));
    }
    return place.size() == PLACE.size() ? place : List.of();
  }

  /** The current event of a reader. */
  static DeadLetter of(BatchReader event) {
    return new DeadLetter(event);
  }

  /** The partition of the dead-letter topic: by the key as producers choose it; else the first. */
  int partitionOf(int partitions) {
    if (key == null) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(key);
    return (int) (crc.getValue() % partitions);
  }

  /**
   * A batch with the dead letter, from position to limit. An event that is too large with all
   * headers gets fewer of them: without the error; without its own headers, too; or only these.
   */
  ByteBuffer encode(DyingEvent event, Origin origin, BatchLimits limits) {
    List<RecordHeader> place = new ArrayList<>(firstPlace);
    place.addAll(place(event, origin));
    List<RecordHeader> withoutError = new ArrayList<>(headers);
    withoutError.addAll(place);
    List<RecordHeader> all = new ArrayList<>(withoutError);
    all.add(text("error", event.reason()));
    if (fits(all, limits)) {
      return encode(all, limits);
    }
    LOG.warn(
        "event=dead_letter_headers_cut topic={} partition={} offset={}",
        origin.topic(),
        origin.partition(),
        event.offset());
    return encode(
        Stream.of(withoutError, place)
            .filter(some -> fits(some, limits))
            .findFirst()
            .orElse(headers),
        limits);
  }

  private static List<RecordHeader> place(DyingEvent event, Origin origin) {
    return List.of(
        text("topic", origin.topic()),
        text("partition", Integer.toString(origin.partition())),
        text("offset", Long.toString(event.offset())),
        text("group", origin.group()),
        text("attempts", Integer.toString(event.attempts())),
        text("reason", event.fate() == QueueFate.DEAD_REJECTED ? "rejected" : "attempts"));
  }

  private static RecordHeader text(String name, String value) {
    return new RecordHeader(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
  }

  private boolean fits(List<RecordHeader> with, BatchLimits limits) {
    int bytes = BatchBuilder.maxRecordBytes(source, key, value, with);
    return bytes <= limits.maxEventBytes()
        && bytes <= limits.maxBatchBytes() - BatchHeader.BYTES
        && bytes <= limits.maxRecordsBytes();
  }

  private ByteBuffer encode(List<RecordHeader> with, BatchLimits limits) {
    // An append refuses what is too large: only this letter, not those that are read with it.
    BatchBuilder builder =
        new BatchBuilder(limits.maxBatchBytes(), Integer.MAX_VALUE, BatchCodec.NONE);
    builder.add(source, eventTimeMicros, key, value, with);
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }
}
