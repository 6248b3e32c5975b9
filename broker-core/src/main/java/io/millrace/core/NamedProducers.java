package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StateStore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The names of producers, with the id and the last epoch of each. They are one state. Opening a
 * name replaces it as a whole, before the opener is answered. Names of deleted topics leave the
 * file with the next change; a restart that finds some in the file ignores them. Any thread.
 *
 * <pre>
 * i32 names, then for each:
 *   i64 topic id (most significant bits)   i64 topic id (least significant bits)
 *   u8  name length                        name, UTF-8
 *   i64 producer id                        i16 epoch of the last opening
 * </pre>
 */
final class NamedProducers {

  /** Longest name, in bytes. */
  static final int MAX_NAME_BYTES = 255;

  private static final String NAME = "named-producers";
  private static final SealedState FORMAT =
      new SealedState("the state of named producers", "MRPN", 1);
  private static final int FIXED_BYTES = 2 * Long.BYTES + 1 + Long.BYTES + Short.BYTES;

  private final OwnedState saved;
  private final ProducerIds ids;
  private final int maxNames;
  private Map<Key, Opening> openings;

  private record Key(UUID topicId, String name) {}

  /**
   * One opening of a producer's name.
   *
   * @param id the same for every opening, at least {@link BatchHeader#FIRST_NAMED_PRODUCER}
   * @param epoch one more than that of the opening before, from 0
   */
  record Opening(long id, short epoch) {}

  private NamedProducers(
      OwnedState saved, ProducerIds ids, int maxNames, Map<Key, Opening> openings) {
    this.saved = saved;
    this.ids = ids;
    this.maxNames = maxNames;
    this.openings = openings;
  }

  static NamedProducers load(StateStore states, ProducerIds ids, int maxNames) {
    OwnedState saved = new OwnedState(states, NAME);
    Map<Key, Opening> openings =
        saved.load().map(NamedProducers::decode).orElseGet(LinkedHashMap::new);
    ids.skip(openings.values().stream().mapToLong(Opening::id));
    return new NamedProducers(saved, ids, maxNames, openings);
  }

  /** The epoch of the last opening of each name of a topic, by producer id. */
  synchronized Map<Long, Short> ofTopic(UUID topicId) {
    Map<Long, Short> epochs = new HashMap<>();
    openings.forEach(
        (key, opening) -> {
          if (key.topicId().equals(topicId)) {
            epochs.put(opening.id(), opening.epoch());
          }
        });
    return epochs;
  }

  /**
   * Opens a name. On return the opening is on disk; after an exception the names are as before.
   * Blocks.
   *
   * @throws BrokerException {@code INVALID_REQUEST}, {@code LIMIT_REACHED}
   * @throws io.millrace.storage.StorageException the refusal of the storage
   */
  synchronized Opening open(UUID topicId, String name) {
    requireName(name);
    Key key = new Key(topicId, name);
    Opening last = openings.get(key);
    Opening next = last == null ? first() : again(name, last);
    Map<Key, Opening> changed = new LinkedHashMap<>(openings);
    changed.put(key, next);
    saved.save(encode(changed));
    openings = changed;
    return next;
  }

  /** Forgets the names of a deleted topic. */
  synchronized void forget(UUID topicId) {
    openings.keySet().removeIf(key -> key.topicId().equals(topicId));
  }

  /** Forgets the names of all other topics. */
  synchronized void keepOnly(Set<UUID> topicIds) {
    openings.keySet().removeIf(key -> !topicIds.contains(key.topicId()));
  }

  private Opening first() {
    if (openings.size() >= maxNames) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the broker knows "
              + openings.size()
              + " names of producers, the most allowed are "
              + maxNames
              + " (limits.maxNamedProducers); use one of them, raise the limit, or delete topics that"
              + " are no longer needed");
    }
    return new Opening(BatchHeader.FIRST_NAMED_PRODUCER + ids.next(), (short) 0);
  }

  private static Opening again(String name, Opening last) {
    if (last.epoch() == Short.MAX_VALUE) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "producer "
              + Quoted.text(name)
              + " has been opened 32,768 times, the most allowed; use another name");
    }
    return new Opening(last.id(), (short) (last.epoch() + 1));
  }

  private static void requireName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_NAME_BYTES) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST,
          "a producer's name has 1 to "
              + MAX_NAME_BYTES
              + " bytes of UTF-8; "
              + Quoted.text(name)
              + " has "
              + bytes);
    }
  }

  private static byte[] encode(Map<Key, Opening> openings) {
    int bytes = Integer.BYTES;
    for (Key key : openings.keySet()) {
      bytes += FIXED_BYTES + key.name().getBytes(StandardCharsets.UTF_8).length;
    }
    ByteBuffer state = FORMAT.begin(bytes).putInt(openings.size());
    openings.forEach(
        (key, opening) -> {
          byte[] name = key.name().getBytes(StandardCharsets.UTF_8);
          state
              .putLong(key.topicId().getMostSignificantBits())
              .putLong(key.topicId().getLeastSignificantBits())
              .put((byte) name.length)
              .put(name)
              .putLong(opening.id())
              .putShort(opening.epoch());
        });
    return FORMAT.seal(state);
  }

  private static Map<Key, Opening> decode(byte[] sealed) {
    ByteBuffer state = FORMAT.open(sealed);
    try {
      Map<Key, Opening> openings = new LinkedHashMap<>();
      int count = state.getInt();
      for (int i = 0; i < count; i++) {
        UUID topicId = new UUID(state.getLong(), state.getLong());
        byte[] name = new byte[state.get() & 0xFF];
        state.get(name);
        openings.put(
            new Key(topicId, new String(name, StandardCharsets.UTF_8)),
            new Opening(state.getLong(), state.getShort()));
      }
      return openings;
    } catch (BufferUnderflowException e) {
      throw FORMAT.corrupt(e.toString());
    }
  }
}
