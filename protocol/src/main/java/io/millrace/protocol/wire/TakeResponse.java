package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Events of one partition, which are locked for the consumer.
 *
 * @param partition number of the partition; {@link #NOTHING}: the wait was over, and there are no
 *     events
 * @param lock number of the lock; a settlement names it; 0 without events
 * @param lockMicros how long the events are still locked; 0 without events
 * @param attempts the failed deliveries of the events, in their order; all counts together are the
 *     number of events
 * @param batches the events, from reader index to writer index: whole record batches with these
 *     events only, which may be filtered ones. They end the frame. After decoding they are a slice
 *     of the frame. The slice is valid as long as the frame, unless the caller retains it.
 */
public record TakeResponse(
    int partition, long lock, long lockMicros, List<EventAttempts> attempts, ByteBuf batches)
    implements Response {

  /** The partition of a response without events. */
  public static final int NOTHING = -1;

  public TakeResponse {
    attempts = List.copyOf(attempts);
  }

  static TakeResponse decode(WireReader in) {
    return new TakeResponse(
        in.i32("partition"),
        in.i64("lock"),
        in.i64("lockMicros"),
        in.longList("attempts", EventAttempts.MIN_BYTES, EventAttempts::decode),
        in.rest());
  }

  /** {@inheritDoc} Copies the batches. */
  @Override
  public void encode(WireWriter out) {
    out.i32(partition);
    out.i64(lock);
    out.i64(lockMicros);
    out.longList(attempts, EventAttempts::encode);
    out.rest(batches);
  }
}
