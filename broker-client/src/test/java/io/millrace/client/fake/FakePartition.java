package io.millrace.client.fake;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchCheck;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeletionResult;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A log in memory, with the sequences of producers and with subscriptions. */
public final class FakePartition {

  /** The append time of all batches, in microseconds. */
  public static final long APPEND_TIME = 1_700_000_000_000_001L;

  private static final int REMEMBERED_BATCHES = 24;
  private static final BatchCheck CHECK =
      new BatchCheck(new BatchLimits(1 << 30, 1 << 30, 1 << 30));

  private final List<byte[]> batches = new ArrayList<>();
  private final Map<Long, Sequences> producers = new HashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private long start;
  private long end;
  private short namedEpoch;

  /** The state of a producer. */
  private static final class Sequences {
    private long last = -1;
    private final List<long[]> remembered = new ArrayList<>();
  }

  /** A subscription of a session. */
  private static final class Subscription {
    private final FakeSession session;
    private final int id;
    private long next;
    private long credit;
    private SubscribeRequest request;

    Subscription(FakeSession session, int id, long next, long credit) {
      this.session = session;
      this.id = id;
      this.next = next;
      this.credit = credit;
    }
  }

  /** The offset of the first event that is kept. */
  public long start() {
    return start;
  }

  /** The offset after the last event. */
  public long end() {
    return end;
  }

  /** The stored batches. */
  public List<byte[]> batches() {
    return List.copyOf(batches);
  }

  /** The values of all stored events, as text, in order. */
  public List<String> values() {
    List<String> values = new ArrayList<>();
    BatchReader reader = new BatchReader(1 << 30);
    for (byte[] batch : batches) {
      reader.open(ByteBuffer.wrap(batch), 0);
      while (reader.next()) {
        values.add(new String(reader.value(), StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  /** Forgets all producers, like a broker that has lost its state. */
  public void forgetProducers() {
    producers.clear();
  }

  /** Removes the newest batch, like a power failure. */
  public void loseLastBatch() {
    byte[] lost = batches.remove(batches.size() - 1);
    ByteBuffer header = ByteBuffer.wrap(lost).order(ByteOrder.LITTLE_ENDIAN);
    end = BatchHeader.baseOffset(header, 0);
    Sequences known = producers.get(BatchHeader.producerId(header, 0));
    known.last = BatchHeader.baseSequence(header, 0) - 1;
    known.remembered.remove(known.remembered.size() - 1);
  }

  /** Deletes the events below an offset as the protocol defines. */
  DeletionResult deleteBefore(DeletionBound bound) {
    if (bound.beforeOffset() > end) {
      return new DeletionResult(
          bound.partition(), -1, ErrorCode.OFFSET_OUT_OF_RANGE, "the log ends at " + end);
    }
    start = Math.max(start, bound.beforeOffset());
    return new DeletionResult(bound.partition(), start, ErrorCode.NONE, "");
  }

  /** Appends prepared batches at the end; their base offsets are ignored. */
  public void appendAll(byte[]... stored) {
    for (byte[] bytes : stored) {
      append(bytes, AckLevel.STORED);
    }
  }

  /** Whether a batch with this producer and sequence is stored. */
  public boolean isStored(byte[] bytes) {
    ByteBuffer batch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Sequences known = producers.get(BatchHeader.producerId(batch, 0));
    return known != null && BatchHeader.baseSequence(batch, 0) <= known.last;
  }

  /** Appends a batch as the protocol defines. */
  public Response append(byte[] bytes, AckLevel ack) {
    ByteBuffer batch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    CHECK.check(batch);
    long id = BatchHeader.producerId(batch, 0);
    if (id != BatchHeader.NO_PRODUCER) {
      Response known = checkSequence(batch, id);
      if (known != null) {
        return known;
      }
    }
    long base = end;
    BatchHeader.stamp(batch, 0, base, APPEND_TIME, 0, 1);
    batches.add(bytes);
    end = BatchHeader.nextOffset(batch, 0);
    pump();
    return ack == AckLevel.NONE ? null : new ProduceResponse(base, APPEND_TIME);
  }

  void openNamed(short epoch) {
    namedEpoch = epoch;
  }

  /** The last sequence of the one named producer. */
  public long lastNamedSequence() {
    Sequences known = producers.get(BatchHeader.FIRST_NAMED_PRODUCER);
    return known == null ? -1 : known.last;
  }

  private Response checkSequence(ByteBuffer batch, long id) {
    long base = BatchHeader.baseSequence(batch, 0);
    long last = base + BatchHeader.recordCount(batch, 0) - 1;
    Sequences known = producers.get(id);
    if (id == BatchHeader.FIRST_NAMED_PRODUCER) {
      if (BatchHeader.producerEpoch(batch, 0) != namedEpoch) {
        return new ErrorResponse(ErrorCode.STALE_PRODUCER_EPOCH, "not epoch " + namedEpoch);
      }
      if (known != null && base > known.last) {
        known.last = base - 1;
      }
    }
    if (known == null) {
      known = new Sequences();
      known.last = base - 1;
      producers.put(id, known);
    }
    if (base > known.last + 1) {
      return new ErrorResponse(
          ErrorCode.OUT_OF_ORDER_SEQUENCE, "sequence " + base + " after " + known.last);
    }
    if (base <= known.last) {
      for (long[] old : known.remembered) {
        if (old[0] == base && old[1] == last) {
          return new ProduceResponse(old[2], APPEND_TIME);
        }
      }
      return new ErrorResponse(ErrorCode.DUPLICATE_SEQUENCE, "sequence " + base + " is old");
    }
    known.last = last;
    known.remembered.add(new long[] {base, last, end});
    if (known.remembered.size() > REMEMBERED_BATCHES) {
      known.remembered.remove(0);
    }
    return null;
  }

  Response subscribe(FakeSession session, SubscribeRequest request) {
    long first =
        switch (request.startKind()) {
          case EARLIEST -> start;
          case LATEST -> end;
          case OFFSET -> request.startValue();
          case EVENT_TIME -> offsetForTime(request.startValue());
        };
    if (request.startKind() == StartKind.OFFSET && first > end) {
      return new ErrorResponse(ErrorCode.OFFSET_OUT_OF_RANGE, first + " is after the end, " + end);
    }
    if (request.startKind() == StartKind.OFFSET && first < start) {
      return new ErrorResponse(
          ErrorCode.OFFSET_OUT_OF_RANGE, first + " is before the start, " + start);
    }
    Subscription added =
        new Subscription(session, request.subscriptionId(), first, request.creditBytes());
    added.request = request;
    subscriptions.add(added);
    // The deliveries follow the response.
    added.session.afterAnswer(this::pump);
    return new SubscribeResponse(first, start, end, end);
  }

  /** Ends the subscriptions of members that do not own the partition any more. */
  void fence(Predicate<SubscribeRequest> owns) {
    for (Subscription each : List.copyOf(subscriptions)) {
      if (!each.request.group().isEmpty() && !owns.test(each.request)) {
        subscriptions.remove(each);
        each.session.end(each.id, ErrorCode.STALE_MEMBER);
      }
    }
  }

  void unsubscribe(FakeSession session, int id) {
    subscriptions.removeIf(each -> each.session == session && each.id == id);
  }

  void credit(FakeSession session, int id, long bytes) {
    for (Subscription each : subscriptions) {
      if (each.session == session && each.id == id) {
        each.credit += bytes;
      }
    }
    pump();
  }

  long offsetForTime(long micros) {
    BatchReader reader = new BatchReader(1 << 30);
    for (byte[] batch : batches) {
      reader.open(ByteBuffer.wrap(batch), 0);
      while (reader.next()) {
        if (reader.eventTimeMicros() >= micros) {
          return reader.offset();
        }
      }
    }
    return end;
  }

  private void pump() {
    subscriptions.removeIf(each -> each.session.isCut());
    for (Subscription each : subscriptions) {
      for (byte[] batch : batches) {
        ByteBuffer header = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN);
        long next = BatchHeader.nextOffset(header, 0);
        if (next > each.next && each.credit > 0) {
          each.next = next;
          each.credit -= batch.length;
          each.session.deliver(each.id, next, end, batch);
        }
      }
    }
  }
}
