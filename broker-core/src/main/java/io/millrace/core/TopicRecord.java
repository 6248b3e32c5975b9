package io.millrace.core;

import io.millrace.storage.StateStore;
import java.util.Optional;
import java.util.UUID;

/** A topic of the catalogue: its entry, and the state that holds it. One thread at a time. */
final class TopicRecord {

  static final TopicStateName STATE = new TopicStateName("topic-");

  private final UUID id;
  private final OwnedState saved;

  /** The entry that was last loaded or saved; null if there is none. */
  private TopicEntry entry;

  TopicRecord(StateStore states, UUID id) {
    this.id = id;
    this.saved = new OwnedState(states, STATE.of(id));
  }

  UUID id() {
    return id;
  }

  Optional<TopicEntry> entry() {
    return Optional.ofNullable(entry);
  }

  /** Reads the entry. Call once, before any change; throws as {@link TopicStateCodec#decode}. */
  void load() {
    entry = saved.load().map(state -> TopicStateCodec.decode(id, state)).orElse(null);
  }

  /**
   * When this method returns, the entry is on disk. After an exception, the disk has the old entry
   * or the new one.
   */
  void save(TopicEntry next) {
    saved.save(TopicStateCodec.encode(next));
    entry = next;
  }

  /** Restores the previous entry after a failed save. If there was none, deletes the state. */
  void restore() {
    if (entry == null) {
      saved.delete();
    } else {
      saved.save(TopicStateCodec.encode(entry));
    }
  }

  /** Deletes the state. After an exception it may or may not be on disk. */
  void delete() {
    saved.delete();
    entry = null;
  }
}
