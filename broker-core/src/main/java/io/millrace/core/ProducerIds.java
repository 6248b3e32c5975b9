package io.millrace.core;

import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;

/**
 * Gives out producer ids, each once in the life of a data directory. They are reserved in durable
 * blocks: after a crash the rest of a block is never given. Any thread.
 */
final class ProducerIds {

  static final int BLOCK = 1000;

  private static final String NAME = "producer-ids";
  private static final SealedState FORMAT = new SealedState("the state of producer ids", "MRPD", 1);

  private final StateStore states;
  private long next;
  private long reservedBelow;

  private ProducerIds(StateStore states, long next) {
    this.states = states;
    this.next = next;
    this.reservedBelow = next;
  }

  static ProducerIds load(StateStore states) {
    long next = states.load(NAME).map(state -> FORMAT.open(state).getLong()).orElse(0L);
    return new ProducerIds(states, next);
  }

  synchronized long next() {
    if (next == reservedBelow) {
      ByteBuffer state = FORMAT.begin(Long.BYTES).putLong(next + BLOCK);
      states.save(NAME, FORMAT.seal(state));
      reservedBelow = next + BLOCK;
    }
    return next++;
  }
}
