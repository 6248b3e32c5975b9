package io.millrace.protocol.wire;

/**
 * The settings of a queue. They belong to the group and are durable. In a request, each field may
 * say "as the queue has it", which is the default for a new queue.
 *
 * @param lockMicros how long an event stays locked for the consumer that took it, 100,000 (0.1 s)
 *     to 43,200,000,000 (12 h); default 30,000,000; 0: as the queue has it
 * @param maxAttempts failed deliveries after which an event becomes a dead letter, 1 to 1,000;
 *     default 5; 0: as the queue has it
 * @param backOffMicros how long an event waits after its first failed delivery, 0 to 86,400,000,000
 *     (1 day); doubles with each further one; default 1,000,000; -1: as the queue has it
 * @param backOffMaxMicros the longest such wait, 0 to 86,400,000,000; 0: no event waits; default
 *     60,000,000; -1: as the queue has it
 * @param deadLetters what becomes of dead letters
 * @param deadLetterTopic with {@code NAMED_TOPIC}: name of the topic. Otherwise empty
 * @param ordering in which order events are handed out
 */
public record QueueSettingsInfo(
    long lockMicros,
    int maxAttempts,
    long backOffMicros,
    long backOffMaxMicros,
    QueueDeadLetters deadLetters,
    String deadLetterTopic,
    QueueOrdering ordering) {

  /** In a request: all as the queue has it. */
  public static final QueueSettingsInfo AS_THE_QUEUE =
      new QueueSettingsInfo(
          0, 0, -1, -1, QueueDeadLetters.AS_THE_QUEUE, "", QueueOrdering.AS_THE_QUEUE);

  static final int MIN_BYTES = 8 + 4 + 8 + 8 + 1 + WireReader.MIN_STRING_BYTES + 1;

  static QueueSettingsInfo decode(WireReader in) {
    return new QueueSettingsInfo(
        in.i64("lockMicros"),
        in.i32("maxAttempts"),
        in.i64("backOffMicros"),
        in.i64("backOffMaxMicros"),
        in.oneOf("deadLetters", QueueDeadLetters::ofCode),
        in.string("deadLetterTopic"),
        in.oneOf("ordering", QueueOrdering::ofCode));
  }

  void encode(WireWriter out) {
    out.i64(lockMicros);
    out.i32(maxAttempts);
    out.i64(backOffMicros);
    out.i64(backOffMaxMicros);
    out.u8(deadLetters.code());
    out.string(deadLetterTopic);
    out.u8(ordering.code());
  }
}
