package io.millrace.protocol.wire;

/**
 * What a consumer does with a range of events that it took together.
 *
 * @param partition number of the partition
 * @param lock number of their lock, from {@link TakeResponse}
 * @param firstOffset offset of the first event
 * @param lastOffset offset of the last event; offsets between the two that the lock does not have
 *     do not count
 * @param kind what to do with them
 * @param delayMicros with {@code RELEASE}: how long they wait, up to 86,400,000,000 (1 day); -1: 0,
 *     or if they failed, the back-off of the queue. Otherwise -1
 * @param failed with {@code RELEASE}: whether the delivery counts as a failed one. Otherwise false
 * @param reason for people, up to 1,024 bytes; goes into the dead letter; may be empty
 */
public record Settlement(
    int partition,
    long lock,
    long firstOffset,
    long lastOffset,
    SettlementKind kind,
    long delayMicros,
    boolean failed,
    String reason) {

  static final int MIN_BYTES = 4 + 8 + 8 + 8 + 1 + 8 + 1 + WireReader.MIN_STRING_BYTES;

  static Settlement decode(WireReader in) {
    return new Settlement(
        in.i32("partition"),
        in.i64("lock"),
        in.i64("firstOffset"),
        in.i64("lastOffset"),
        in.oneOf("kind", SettlementKind::ofCode),
        in.i64("delayMicros"),
        in.bool("failed"),
        in.string("reason"));
  }

  void encode(WireWriter out) {
    out.i32(partition);
    out.i64(lock);
    out.i64(firstOffset);
    out.i64(lastOffset);
    out.u8(kind.code());
    out.i64(delayMicros);
    out.bool(failed);
    out.string(reason);
  }
}
