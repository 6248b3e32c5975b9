package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of producer ids and of the secrets that prove them. It gives each id once in the life
 * of a data directory. Ids are reserved on disk in blocks; after a crash the rest of a block is not
 * used. Any thread.
 *
 * <p>A secret is the HMAC-SHA-256 of an id and an epoch, cut to 128 bits, under a random key of the
 * data directory. So the source keeps no list of secrets, and they stay valid across restarts. The
 * key never leaves this class and its state.
 *
 * <p>The state may be lost, or replaced by an old copy. Even then, the source must not give an id
 * that a partition remembers or a client still uses. The partition would treat the first events of
 * the new producer as duplicates, and acknowledge them without storing them. If the state is lost,
 * its key is lost, too: no client can use an id that was given before. If the state is an old copy,
 * every secret that is presented shows an id that must not be given again.
 */
final class ProducerIds implements ProducerProof {

  static final int BLOCK = 1000;

  /** Larger ids are not skipped: no broker runs long enough to issue that many ids. */
  private static final long NEVER_GIVEN = 1L << 48;

  private static final int KEY_BYTES = 32;
  private static final int BODY_BYTES = Long.BYTES + KEY_BYTES;
  private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);
  static final String NAME = "producer-ids";
  private static final StateEnvelope FORMAT =
      new StateEnvelope("the state of producer ids", "MRPD");

  private final OwnedState saved;
  private final byte[] key;
  private final HmacSha256 secrets;

  /** The next id; ids below it are never given again. Moved without a lock. */
  private final AtomicLong next;

  /** Whether there was no state. */
  private final boolean isNew;

  /** Ids below it are reserved on disk. Guarded by this. */
  private long reservedBelow;

  private ProducerIds(OwnedState saved, byte[] key, long next, boolean isNew) {
    this.saved = saved;
    this.isNew = isNew;
    this.key = key;
    this.secrets = new HmacSha256(key);
    this.next = new AtomicLong(next);
    this.reservedBelow = next;
  }

  /** Loads the state. If there is none, makes a key, which is not saved yet. */
  static ProducerIds load(StateStore states) {
    OwnedState saved = new OwnedState(states, NAME);
    return saved
        .load()
        .map(state -> decode(saved, FORMAT.open(state)))
        .orElseGet(() -> make(saved));
  }

  private static ProducerIds decode(OwnedState saved, ByteBuffer state) {
    if (state.remaining() != BODY_BYTES) {
      throw FORMAT.corrupt("its body has " + state.remaining() + " bytes, expected " + BODY_BYTES);
    }
    long next = state.getLong();
    byte[] key = new byte[KEY_BYTES];
    state.get(key);
    return new ProducerIds(saved, key, next, false);
  }

  private static ProducerIds make(OwnedState saved) {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new ProducerIds(saved, key, 0, true);
  }

  /** Whether there was no state. */
  boolean isNew() {
    return isNew;
  }

  /**
   * Saves a key that was made. Call it before the first secret is given, so that every secret stays
   * valid. Blocks for the disk.
   */
  void saveIfNew() {
    if (isNew) {
      save(0);
    }
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

  private void startAt(long least) {
    long before = next.getAndAccumulate(least, Math::max);
    if (before < least) {
      LOG.warn(
          "event=producer_ids_behind next={} in_use_below={} action=skipped"
              + " reason=\"the state of producer ids is lost or an old copy\"",
          before,
          least);
    }
  }

  /** The next id; blocks for the disk where a new block is reserved. */
  synchronized long next() {
    long id = next.getAndIncrement();
    if (id >= reservedBelow) {
      save(id + BLOCK);
      reservedBelow = id + BLOCK;
    }
    return id;
  }

  private void save(long reserved) {
    ByteBuffer state = FORMAT.begin(BODY_BYTES).putLong(reserved).put(key);
    saved.save(FORMAT.seal(state));
  }

  /** The secret of an id and an epoch. Does not block. */
  ProducerSecret secretOf(long id, short epoch) {
    ByteBuffer message =
        ByteBuffer.allocate(Long.BYTES + Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    message.putLong(id).putShort(epoch);
    ByteBuffer code = ByteBuffer.wrap(secrets.of(message.array())).order(ByteOrder.LITTLE_ENDIAN);
    return ProducerSecret.of(code.getLong(), code.getLong());
  }

  @Override
  public void require(long id, short epoch, ProducerSecret secret) {
    if (!secretOf(id, epoch).matches(secret)) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_PRODUCER,
          "the batch has producer id "
              + id
              + " and epoch "
              + epoch
              + ", but the request does not have their secret; send the id, the epoch and the"
              + " secret as the broker returned them together, or open a new producer");
    }
    skip(LongStream.of(id)); // only an old copy of the state has not given it
  }
}
