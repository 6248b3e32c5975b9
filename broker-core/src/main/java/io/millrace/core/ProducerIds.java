package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out producer ids, each once in the life of a data directory. They are reserved in durable
 * blocks: after a crash the rest of a block is never given. Any thread.
 *
 * <p>Where that state is lost, or an old copy of it was put back, an id that a partition remembers
 * must not be given once more: the first events of the new producer would be taken for those of the
 * old one, and be acknowledged without being stored.
 */
final class ProducerIds {

  static final int BLOCK = 1000;

  /** Ids from here on were made up by clients: nobody lives to see so many given. */
  private static final long NEVER_GIVEN = 1L << 48;

  private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);
  private static final String NAME = "producer-ids";
  private static final SealedState FORMAT = new SealedState("the state of producer ids", "MRPD", 1);

  private final OwnedState saved;
  private long next;
  private long reservedBelow;

  private ProducerIds(OwnedState saved, long next) {
    this.saved = saved;
    this.next = next;
    this.reservedBelow = next;
  }

  static ProducerIds load(StateStore states) {
    OwnedState saved = new OwnedState(states, NAME);
    long next = saved.load().map(state -> FORMAT.open(state).getLong()).orElse(0L);
    return new ProducerIds(saved, next);
  }

  /** Gives none of these from now on, nor one below; ids of named producers count as well. */
  void skip(LongStream used) {
    used.map(ProducerIds::plain)
        .filter(id -> id < NEVER_GIVEN)
        .max()
        .ifPresent(largest -> startAt(largest + 1));
  }

  private static long plain(long id) {
    return id < BatchHeader.FIRST_NAMED_PRODUCER ? id : id - BatchHeader.FIRST_NAMED_PRODUCER;
  }

  private synchronized void startAt(long least) {
    if (next < least) {
      LOG.warn(
          "event=producer_ids_behind next={} in_use_below={} action=skipped"
              + " reason=\"the state of producer ids is lost or older than the logs\"",
          next,
          least);
      next = least;
      reservedBelow = least;
    }
  }

  synchronized long next() {
    if (next == reservedBelow) {
      ByteBuffer state = FORMAT.begin(Long.BYTES).putLong(next + BLOCK);
      saved.save(FORMAT.seal(state));
      reservedBelow = next + BLOCK;
    }
    return next++;
  }
}
