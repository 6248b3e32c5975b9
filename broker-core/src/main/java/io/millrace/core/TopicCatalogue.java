package io.millrace.core;

import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics on record: those that exist, and those that were being created or deleted when the
 * broker stopped. They are one state. Every change replaces it as a whole, so that a crash leaves
 * the state before or after the change. Any thread.
 *
 * <p>A failed save may have reached the disk. The next start must not find a refused change there:
 * it would delete a topic that has taken more events since. So the entries before the change are
 * saved again, at once and, if that fails too, by {@link #settle}.
 *
 * <pre>
 * i32 topics, then for each:
 *   i64 id (most significant bits)   i64 id (least significant bits)
 *   u16 name length                  name, ASCII
 *   i64 created at, microseconds     i32 partitions
 *   u8  stage: 0 creating, 1 active, 2 deleting
 *   i64 retention time, milliseconds (0: without limit)
 *   i64 retention bytes (0: without limit)
 *   i32 segment bytes
 * </pre>
 */
final class TopicCatalogue {

  private static final String NAME = "topics";
  private static final SealedState FORMAT = new SealedState("the topic catalogue", "MRTC", 1);
  private static final int FIXED_BYTES = 8 + 8 + 2 + 8 + 4 + 1 + 8 + 8 + 4;

  private static final Logger LOG = LoggerFactory.getLogger(TopicCatalogue.class);

  private final OwnedState saved;
  private Map<UUID, Entry> entries;

  /** Whether the disk may hold other entries than {@link #entries}. */
  private boolean inDoubt;

  private TopicCatalogue(OwnedState saved, Map<UUID, Entry> entries) {
    this.saved = saved;
    this.entries = entries;
  }

  /** The stage in the life of a topic. Its byte is its place in this list. */
  enum Stage {
    /** Some of its logs may not exist; its creator has no answer. */
    CREATING,
    /** All its logs exist. */
    ACTIVE,
    /** Clients no longer see it; its logs are being deleted. */
    DELETING
  }

  record Entry(
      UUID id,
      String name,
      long createdAtMicros,
      int partitions,
      Stage stage,
      TopicSettings settings) {

    Entry in(Stage next) {
      return new Entry(id, name, createdAtMicros, partitions, next, settings);
    }

    Entry with(TopicSettings changed) {
      return new Entry(id, name, createdAtMicros, partitions, stage, changed);
    }
  }

  static TopicCatalogue load(StateStore states) {
    OwnedState saved = new OwnedState(states, NAME);
    Map<UUID, Entry> entries = saved.load().map(TopicCatalogue::decode).orElseGet(Map::of);
    return new TopicCatalogue(saved, entries);
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * Adds or replaces an entry. On return the change is on disk; after an exception the entries are
   * as before.
   */
  synchronized void put(Entry entry) {
    Map<UUID, Entry> changed = new LinkedHashMap<>(entries);
    changed.put(entry.id(), entry);
    change(changed);
  }

  /**
   * Removes an entry. On return the change is on disk; after an exception the entries are as
   * before.
   */
  synchronized void remove(UUID id) {
    Map<UUID, Entry> changed = new LinkedHashMap<>(entries);
    changed.remove(id);
    change(changed);
  }

  private void change(Map<UUID, Entry> changed) {
    try {
      save(changed);
    } catch (StorageException e) {
      inDoubt = true;
      settle();
      throw inDoubt ? doubtful(e) : e;
    }
  }

  private static StorageException doubtful(StorageException cause) {
    return new StorageException(
        cause.code(),
        cause.getMessage()
            + "; the change was not made, but may be on disk, so that the next start would make it;"
            + " the broker retries to save the previous state",
        cause);
  }

  /** Saves the entries again if the disk may hold others. Logs a failure. */
  synchronized void settle() {
    if (!inDoubt) {
      return;
    }
    try {
      save(entries);
      LOG.info("event=catalogue_settled");
    } catch (StorageException e) {
      LOG.error("event=catalogue_in_doubt retry=soon", e);
    }
  }

  private void save(Map<UUID, Entry> changed) {
    saved.save(encode(changed.values().stream().toList()));
    entries = changed;
    inDoubt = false;
  }

  private static byte[] encode(List<Entry> entries) {
    int bytes = 4;
    for (Entry entry : entries) {
      bytes += FIXED_BYTES + entry.name().length();
    }
    ByteBuffer state = FORMAT.begin(bytes).putInt(entries.size());
    for (Entry entry : entries) {
      state
          .putLong(entry.id().getMostSignificantBits())
          .putLong(entry.id().getLeastSignificantBits())
          .putShort((short) entry.name().length())
          .put(entry.name().getBytes(StandardCharsets.US_ASCII))
          .putLong(entry.createdAtMicros())
          .putInt(entry.partitions())
          .put((byte) entry.stage().ordinal())
          .putLong(entry.settings().retentionTime().toMillis())
          .putLong(entry.settings().retentionBytes())
          .putInt(entry.settings().segmentBytes());
    }
    return FORMAT.seal(state);
  }

  private static Map<UUID, Entry> decode(byte[] sealed) {
    ByteBuffer state = FORMAT.open(sealed);
    try {
      Map<UUID, Entry> entries = new LinkedHashMap<>();
      int count = state.getInt();
      for (int i = 0; i < count; i++) {
        Entry entry = decodeEntry(state);
        entries.put(entry.id(), entry);
      }
      return entries;
    } catch (BufferUnderflowException | IllegalArgumentException | BrokerException e) {
      throw FORMAT.corrupt(e.toString());
    }
  }

  private static Entry decodeEntry(ByteBuffer state) {
    UUID id = new UUID(state.getLong(), state.getLong());
    byte[] name = new byte[state.getShort() & 0xFFFF];
    state.get(name);
    return new Entry(
        id,
        TopicName.require(new String(name, StandardCharsets.US_ASCII)),
        state.getLong(),
        state.getInt(),
        stage(state.get()),
        new TopicSettings(Duration.ofMillis(state.getLong()), state.getLong(), state.getInt()));
  }

  private static Stage stage(byte place) {
    if (place < 0 || place >= Stage.values().length) {
      throw new IllegalArgumentException("stage " + place + " is unknown");
    }
    return Stage.values()[place];
  }
}
