package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The saved summary of the sources of one topic, in the state {@code sources-ID}. It is derived
 * from the logs: if it is damaged or cannot be saved, that is logged, and the summary is made from
 * a scan again. Any thread; blocks.
 */
final class SavedSources {

  static final TopicStateName STATE = new TopicStateName("sources-");

  private static final Logger LOG = LoggerFactory.getLogger(SavedSources.class);

  private final UUID topicId;
  private final OwnedState state;

  /** Whether the state was read. Guarded by this. */
  private boolean loaded;

  /** Whether there may be a state in the store. Guarded by this. */
  private boolean mayExist;

  /** Whether the state stays as it is: it cannot be read, is deleted, or the broker is closed. */
  private boolean sealed; // guarded by this

  SavedSources(StateStore states, UUID topicId) {
    this.topicId = topicId;
    this.state = new OwnedState(states, STATE.of(topicId));
  }

  /**
   * The saved bytes, if there are any.
   *
   * @throws StorageException {@code RESOURCES_EXHAUSTED}: a later call may succeed
   */
  synchronized Optional<byte[]> load() {
    try {
      Optional<byte[]> bytes = state.load();
      loaded = true;
      mayExist = bytes.isPresent();
      return bytes;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw e;
      }
      sealed = true;
      lost(e);
      return Optional.empty();
    }
  }

  /** Says in the log why a summary that was saved is not used. */
  void lost(Exception why) {
    LOG.warn(
        "event=source_summary_lost topic={} action=scan reason=\"{}\"", topicId, why.getMessage());
  }

  /** Replaces the state, unless it is deleted, unreadable or closed. False if it is as before. */
  synchronized boolean save(byte[] bytes) {
    if (sealed || !loaded) {
      return false;
    }
    mayExist = true;
    try {
      state.save(bytes);
      return true;
    } catch (StorageException e) {
      sealed = e.code() == ErrorCode.FENCED;
      LOG.warn("event=source_summary_not_saved topic={} reason=\"{}\"", topicId, e.getMessage());
      return false;
    }
  }

  /**
   * Deletes the state, and keeps it from being saved again. A state that cannot be read stays on
   * the disk.
   *
   * @throws StorageException the refusal of the storage; the next start deletes the state
   */
  synchronized void delete() {
    if (!loaded) {
      load();
    }
    sealed = true;
    if (loaded && mayExist) {
      state.delete();
    }
  }

  /** Waits for a save that is in progress; from now on nothing is saved. */
  synchronized void close() {
    sealed = true;
  }
}
