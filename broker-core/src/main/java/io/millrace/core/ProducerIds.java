package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of producer ids. It gives each id once in the life of a data directory. Ids are
 * reserved on disk in blocks; after a crash the rest of a block is not used. Any thread.
 *
 * <p>The state may be lost, or replaced by an old copy. Even then, the source must not give an id
 * that a partition remembers. The partition would treat the first events of the new producer as
 * duplicates, and acknowledge them without storing them.
 */
final class ProducerIds {

  static final int BLOCK = 1000;

  /** Larger ids were made up by clients: no broker lives long enough to give so many. */
  private static final long NEVER_GIVEN = 1L << 48;

  private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);
  private static final String NAME = "producer-ids";
  private static final StateEnvelope FORMAT =
      new StateEnvelope("the state of producer ids", "MRPD");

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

  /** Excludes these ids and all below them; ids of named producers count, too. */
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

  /** The next id; blocks for the disk where a new block is reserved. */
  synchronized long next() {
    if (next == reservedBelow) {
      ByteBuffer state = FORMAT.begin(Long.BYTES).putLong(next + BLOCK);
      saved.save(FORMAT.seal(state));
      reservedBelow = next + BLOCK;
    }
    return next++;
  }
}
