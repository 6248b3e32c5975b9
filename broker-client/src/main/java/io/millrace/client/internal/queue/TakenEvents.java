package io.millrace.client.internal.queue;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceException;
import io.millrace.client.QueuedEvent;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.HeaderConversion;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.protocol.wire.EventAttempts;
import io.millrace.protocol.wire.TakeResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Decodes the events of an answer to a TAKE. One thread at a time. */
final class TakenEvents {

  /** The maximum number of bytes of a batch after decompression. The broker has a lower limit. */
  private static final int MAX_RECORDS_BYTES = 1 << 30;

  private final String topic;
  private final BatchReader batch = new BatchReader(MAX_RECORDS_BYTES);

  TakenEvents(String topic) {
    this.topic = topic;
  }

  /**
   * Decodes all events. Does not release the answer.
   *
   * @throws MillraceException {@code CORRUPT_BATCH} or another code of a batch; {@code
   *     MALFORMED_FRAME} if the answer contradicts itself
   */
  List<QueuedEvent> decode(Taken taken) {
    TakeResponse response = taken.response();
    long lockedUntil = taken.atMicros() + response.lockMicros();
    Attempts attempts = new Attempts(response.attempts());
    List<QueuedEvent> events = new ArrayList<>();
    ByteBuffer bytes = response.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int at = 0; at < bytes.limit(); at += BatchHeader.length(bytes, at)) {
        batch.open(bytes, at);
        while (batch.next()) {
          events.add(
              new QueuedEvent(
                  event(response.partition()), response.lock(), attempts.next(), lockedUntil));
        }
      }
    } catch (InvalidBatchException e) {
      throw new MillraceException(
          e.code(),
          "events of topic "
              + topic
              + " partition "
              + response.partition()
              + ", taken from a queue: "
              + e.getMessage()
              + "; check the broker's log with 'millrace log verify'",
          e);
    }
    return events;
  }

  private ConsumedEvent event(int partition) {
    return new ConsumedEvent(
        topic,
        partition,
        batch.offset(),
        batch.eventTimeMicros(),
        batch.appendTimeMicros(),
        batch.source(),
        batch.key(),
        batch.value(),
        HeaderConversion.fromRecord(batch.headers()));
  }

  /** The failed deliveries of the events, in their order. */
  private static final class Attempts {

    private final Iterator<EventAttempts> runs;
    private EventAttempts run;
    private int used;

    Attempts(List<EventAttempts> attempts) {
      runs = attempts.iterator();
    }

    int next() {
      while (run == null || used == run.count()) {
        if (!runs.hasNext()) {
          throw ClientFailures.brokenProtocol("it sent more events than attempts");
        }
        run = runs.next();
        used = 0;
      }
      used++;
      return run.attempts();
    }
  }
}
