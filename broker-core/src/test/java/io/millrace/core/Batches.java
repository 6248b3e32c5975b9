package io.millrace.core;

import io.millrace.protocol.SourceSequence;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Batches as producers send them. */
final class Batches {

  private static final int MAX_BYTES = 1 << 20;

  private Batches() {}

  /** One event of one source. */
  static ByteBuffer of(String source, long eventTimeMicros, String value) {
    return build(
        BatchHeader.NO_PRODUCER,
        (short) -1,
        BatchHeader.NO_SEQUENCE,
        source,
        value,
        eventTimeMicros);
  }

  /** One event. */
  static ByteBuffer of(String value) {
    return of("s", 0, value);
  }

  /** One event in a batch of about this many bytes. */
  static ByteBuffer ofBytes(int bytes) {
    return of("x".repeat(bytes - BatchHeader.BYTES - 12));
  }

  /** Events of one source with these event times. */
  static ByteBuffer atTimes(long... eventTimesMicros) {
    return atTimes("v", eventTimesMicros);
  }

  /** Events of one source with this value and these event times. */
  static ByteBuffer atTimes(String value, long... eventTimesMicros) {
    return build(
        BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE, "s", value, eventTimesMicros);
  }

  /** One event of each of these sources. */
  static ByteBuffer ofSources(List<String> sources) {
    BatchBuilder builder = new BatchBuilder(MAX_BYTES, BatchCodec.NONE);
    sources.forEach(source -> builder.add(bytes(source), 0, null, bytes("v"), List.of()));
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  /** Events of a source, whose producer gives them these numbers; none to a negative one. */
  static ByteBuffer numbered(String source, long eventTimeMicros, long... numbers) {
    BatchBuilder builder = new BatchBuilder(MAX_BYTES, BatchCodec.NONE);
    for (long number : numbers) {
      List<RecordHeader> headers =
          number < 0
              ? List.of()
              : List.of(new RecordHeader(SourceSequence.HEADER, SourceSequence.encode(number)));
      builder.add(bytes(source), eventTimeMicros, null, bytes("v"), headers);
    }
    return builder
        .finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Events with the next sequences of a producer. */
  static ByteBuffer ofProducer(long id, int epoch, long baseSequence, int events) {
    return build(id, (short) epoch, baseSequence, "s", "v", new long[events]);
  }

  /** One event with the next sequence of a producer. */
  static ByteBuffer ofProducer(long id, int epoch, long baseSequence, String value) {
    return build(id, (short) epoch, baseSequence, "s", value, 0);
  }

  private static ByteBuffer build(
      long id,
      short epoch,
      long baseSequence,
      String source,
      String value,
      long... eventTimesMicros) {
    BatchBuilder builder = new BatchBuilder(MAX_BYTES, BatchCodec.NONE);
    for (long eventTime : eventTimesMicros) {
      builder.add(bytes(source), eventTime, null, bytes(value), List.of());
    }
    return builder.finish(id, epoch, baseSequence).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
