package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All topics of the broker: those that exist, and those that were being created or deleted when the
 * broker stopped. Each is a state of its own, {@code topic-ID}. A change replaces one state as a
 * whole, so that a crash leaves either the old state or the new one. Any thread.
 *
 * <p>A failed save may have reached the disk. The next start must not find a refused change there:
 * it would delete a topic that has taken more events since. So the previous entry is restored, at
 * once and, if that fails too, by {@link #settle}. Until then every change is refused.
 */
final class TopicCatalogue {

  private static final Logger LOG = LoggerFactory.getLogger(TopicCatalogue.class);

  private final StateStore states;
  private final Map<UUID, TopicRecord> records = new TreeMap<>();
  private final Map<UUID, StorageException> refused = new TreeMap<>();

  /** Records whose entry on disk may differ from the one in memory. */
  private final Set<TopicRecord> inDoubt = new LinkedHashSet<>();

  private TopicCatalogue(StateStore states) {
    this.states = states;
  }

  /**
   * Reads the state of every topic. If a state is damaged, only its topic is refused.
   *
   * @param threads number of states that are read at the same time
   * @throws StorageException any code except {@code CORRUPT_LOG}
   */
  static TopicCatalogue load(StateStore states, int threads) {
    TopicCatalogue catalogue = new TopicCatalogue(states);
    new TopicStates(states, TopicRecord.STATE)
        .loadAll(threads, catalogue::load)
        .forEach(Runnable::run);
    catalogue.refuseSameNames();
    return catalogue;
  }

  /** Reads a state on any thread; the result puts it into the catalogue. */
  private Runnable load(UUID id) {
    TopicRecord record = new TopicRecord(states, id);
    try {
      record.load();
      return () -> records.put(id, record);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      return () -> refuse(id, e.getMessage());
    }
  }

  /**
   * Two topics can have the same name after a restore by hand. It is unknown which one is right.
   */
  private void refuseSameNames() {
    Map<String, UUID> active = new HashMap<>();
    for (TopicEntry entry : entries()) {
      if (!entry.stage().isServed()) {
        continue;
      }
      UUID other = active.putIfAbsent(entry.name(), entry.id());
      if (other != null) {
        String reason =
            "topic '"
                + entry.name()
                + "' is on record twice, as "
                + other
                + " and "
                + entry.id()
                + "; stop the broker, and move the state and the logs of one of them away";
        refuse(other, reason);
        refuse(entry.id(), reason);
      }
    }
    records.keySet().removeAll(refused.keySet());
  }

  /**
   * Refuses the topics that have logs and no state.
   *
   * @param logs all logs in the storage
   * @param namedOnly those of which the storage has the name only
   * @throws BrokerException {@code CORRUPT_LOG} if there are logs and no state of any topic: then
   *     all states were lost
   */
  synchronized void refuseLost(Set<LogId> logs, Set<LogId> namedOnly) {
    Set<UUID> known = new TreeSet<>(refused.keySet());
    entries().forEach(entry -> known.add(entry.id()));
    LostTopics lost = new LostTopics(known, logs, namedOnly);
    lost.noCatalogue()
        .ifPresent(
            reason -> {
              throw new BrokerException(ErrorCode.CORRUPT_LOG, reason);
            });
    lost.reasons().forEach(this::refuse);
  }

  /** Whether no topic was ever created, or all were deleted. */
  synchronized boolean isEmpty() {
    return entries().isEmpty() && refused.isEmpty();
  }

  /** Logs each topic that cannot be served. */
  synchronized void logRefused() {
    refused.forEach(
        (id, reason) ->
            LOG.error("event=topic_refused topic={} reason=\"{}\"", id, reason.getMessage()));
  }

  /** Notes that a topic cannot be served, and why. Does not change the topic. */
  private void refuse(UUID id, String reason) {
    refused.put(
        id, new StorageException(ErrorCode.CORRUPT_LOG, reason).named(RecoveryFinding.LOST_STATE));
  }

  /** The topics that cannot be served, with the reason. Their names are not known for sure. */
  synchronized Map<UUID, StorageException> refused() {
    return new TreeMap<>(refused);
  }

  /**
   * Refuses a new topic while another topic cannot be served. That topic may have the same name,
   * and both would be active after its state is restored.
   *
   * @throws BrokerException {@code CORRUPT_LOG}
   */
  synchronized void requireNamesKnown(String name) {
    for (Map.Entry<UUID, StorageException> topic : refused().entrySet()) {
      throw new BrokerException(
          ErrorCode.CORRUPT_LOG,
          "topic '"
              + name
              + "' cannot be created: topic "
              + topic.getKey()
              + " is refused and may have the same name; "
              + TopicName.REPAIR_REFUSED
              + ": "
              + topic.getValue().getMessage());
    }
  }

  synchronized List<TopicEntry> entries() {
    return records.values().stream().flatMap(record -> record.entry().stream()).toList();
  }

  /**
   * Adds or replaces an entry. On return the change is on disk; after an exception the entry is as
   * before.
   */
  synchronized void put(TopicEntry entry) {
    requireSettled();
    TopicRecord record =
        records.computeIfAbsent(entry.id(), unknown -> new TopicRecord(states, entry.id()));
    try {
      record.save(entry);
    } catch (StorageException e) {
      if (e.code() == ErrorCode.FENCED) {
        throw e; // the state is that of another broker, as before
      }
      inDoubt.add(record);
      settle();
      throw inDoubt.contains(record) ? doubtful(e) : e;
    }
  }

  /**
   * Removes an entry. On return its state is gone from the disk; after an exception the next start
   * finds the state or none.
   */
  synchronized void remove(UUID id) {
    TopicRecord record = records.get(id);
    if (record != null) {
      record.delete();
      inDoubt.remove(record);
      records.remove(id);
    }
  }

  /** Whether the disk may hold another entry of this topic. */
  synchronized boolean isInDoubt(UUID id) {
    return inDoubt.contains(records.get(id));
  }

  /** Whether there may be logs after the last partition of this topic. */
  synchronized boolean isGrowing(UUID id) {
    TopicRecord record = records.get(id);
    return record != null
        && record.entry().filter(entry -> entry.stage() == Stage.GROWING).isPresent();
  }

  private static StorageException doubtful(StorageException cause) {
    return new StorageException(
        cause.code(),
        cause.getMessage()
            + "; the change was not made, but may be on disk, so that the next start would make it;"
            + " the broker retries to save the previous state",
        cause);
  }

  /**
   * Saves the previous entry of each topic again if the disk may have another entry. Logs a
   * failure.
   */
  synchronized void settle() {
    try {
      requireSettled();
    } catch (StorageException e) {
      LOG.error("event=catalogue_in_doubt topics={} retry=soon", inDoubt.size(), e);
    }
  }

  private void requireSettled() {
    for (TopicRecord record : List.copyOf(inDoubt)) {
      restore(record);
      inDoubt.remove(record);
      if (record.entry().isEmpty()) {
        records.remove(record.id());
      }
      LOG.info("event=catalogue_settled topic={}", record.id());
    }
  }

  /**
   * Restores the state of a topic, unless another broker has replaced it. Such a state is left
   * unchanged.
   */
  private static void restore(TopicRecord record) {
    try {
      record.restore();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.FENCED) {
        throw e;
      }
      LOG.error("event=topic_replaced_by_other topic={}", record.id(), e);
    }
  }
}
