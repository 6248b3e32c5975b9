package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of producers, with the id and the last epoch of each. The names of a topic are a state
 * of their own, {@code producers-ID}. Opening a name replaces that state as a whole, before the
 * opener is answered. Any thread.
 */
final class NamedProducers {

  /** Longest name, in bytes. */
  static final int MAX_NAME_BYTES = 255;

  static final TopicStateName STATE = new TopicStateName("producers-");

  /** Bytes of heap of a name, in addition to its text: an entry of a map, a string, the opening. */
  private static final int NAME_BYTES = 144;

  private static final Logger LOG = LoggerFactory.getLogger(NamedProducers.class);

  private final StateStore states;
  private final ProducerIds ids;
  private final int maxNames;
  private final MemoryShare memory;
  private final Map<UUID, TopicNames> topics = new HashMap<>();

  /** Names of all topics. */
  private int count;

  /**
   * One opening of a producer's name.
   *
   * @param id the same for every opening, at least {@link BatchHeader#FIRST_NAMED_PRODUCER}
   * @param epoch 0 for the first opening, then one more each time
   */
  record Opening(long id, short epoch) {}

  /** The names of one topic. */
  private static final class TopicNames {

    private final UUID topicId;
    private final OwnedState saved;
    private Map<String, Opening> openings = Map.of();

    /** Why the state cannot be read; null if it can. */
    private StorageException damage;

    TopicNames(StateStore states, UUID topicId) {
      this.topicId = topicId;
      this.saved = new OwnedState(states, STATE.of(topicId));
    }

    static TopicNames load(StateStore states, UUID topicId) {
      TopicNames names = new TopicNames(states, topicId);
      try {
        names
            .saved
            .load()
            .ifPresent(state -> names.openings = NamedProducerCodec.decode(topicId, state));
      } catch (StorageException e) {
        if (e.code() != ErrorCode.CORRUPT_LOG) {
          throw e;
        }
        names.damage = e;
      }
      return names;
    }

    void requireWhole() {
      if (damage != null) {
        throw new StorageException(damage.code(), damage.getMessage(), damage);
      }
    }

    void save(String name, Opening opening) {
      Map<String, Opening> changed = new LinkedHashMap<>(openings);
      changed.put(name, opening);
      saved.save(NamedProducerCodec.encode(topicId, changed));
      openings = changed;
    }
  }

  private NamedProducers(StateStore states, ProducerIds ids, int maxNames, MemoryShare memory) {
    this.states = states;
    this.ids = ids;
    this.maxNames = maxNames;
    this.memory = memory;
  }

  /**
   * Reads the names of every topic. If a state is damaged, the partitions of its topic are not
   * opened: they refuse every append and read. All other topics are served.
   *
   * @param settings the number of names, and the number of states that are read at the same time
   * @param memory the memory of the names
   * @throws StorageException any code except {@code CORRUPT_LOG}
   */
  static NamedProducers load(
      StateStore states, ProducerIds ids, BrokerSettings settings, MemoryShare memory) {
    NamedProducers producers =
        new NamedProducers(states, ids, settings.maxNamedProducers(), memory);
    new TopicStates(states, STATE)
        .loadAll(settings.recoveryThreads(), topicId -> TopicNames.load(states, topicId))
        .forEach(producers::add);
    return producers;
  }

  private void add(TopicNames names) {
    ids.skip(names.openings.values().stream().mapToLong(Opening::id));
    count += names.openings.size();
    memory.reserve(bytesOf(names));
    topics.put(names.topicId, names);
  }

  private static long bytesOf(TopicNames names) {
    return names.openings.keySet().stream().mapToLong(NamedProducers::bytesOf).sum();
  }

  private static long bytesOf(String name) {
    return NAME_BYTES + 2L * name.length();
  }

  /**
   * The epoch of the last opening of each name of a topic, by producer id.
   *
   * @throws StorageException {@code CORRUPT_LOG} if the names cannot be read. Without them, an
   *     earlier opening could append again
   */
  synchronized Map<Long, Short> ofTopic(UUID topicId) {
    TopicNames names = topics.get(topicId);
    if (names == null) {
      return Map.of();
    }
    names.requireWhole();
    Map<Long, Short> epochs = new HashMap<>();
    names.openings.values().forEach(opening -> epochs.put(opening.id(), opening.epoch()));
    return epochs;
  }

  /**
   * Checks that the name of each named producer of a log is known. If the names were lost, a
   * repeated import would get a new id, and its events would be stored a second time.
   *
   * @param ids the producers of the log; those without a name are ignored
   * @throws StorageException {@code CORRUPT_LOG} if a name is missing. The partition is then
   *     refused, and a name is opened only if all partitions of its topic take appends
   */
  synchronized void requireNamesOf(LogId log, LongStream ids) {
    Set<Long> known = ofTopic(log.topicId()).keySet();
    OptionalLong nameless =
        ids.filter(id -> id >= BatchHeader.FIRST_NAMED_PRODUCER && !known.contains(id)).findFirst();
    if (nameless.isPresent()) {
      throw lost(log, nameless.getAsLong());
    }
  }

  private static StorageException lost(LogId log, long id) {
    String state = STATE.of(log.topicId());
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "the state '"
            + state
            + "' is missing or out of date: log "
            + log
            + " has events of named producer "
            + id
            + ", but the state has no name with this id; restore both files of the state from a"
            + " copy of the data directory and restart the broker"
            + StorageException.OR_DELETE_TOPIC);
  }

  /**
   * Opens a name. On return the opening is on disk; after an exception the names are as before.
   * Blocks.
   *
   * @param partitions the number of partitions of the topic, each of which keeps the opening
   * @throws BrokerException {@code INVALID_REQUEST}, {@code LIMIT_REACHED}
   * @throws StorageException the refusal of the storage; {@code CORRUPT_LOG} if names of the topic
   *     are damaged
   */
  synchronized Opening open(UUID topicId, String name, int partitions) {
    requireName(name);
    TopicNames names = topics.computeIfAbsent(topicId, unknown -> new TopicNames(states, topicId));
    names.requireWhole();
    Opening last = names.openings.get(name);
    if (last != null) {
      Opening next = again(name, last);
      names.save(name, next);
      return next;
    }
    requireMemory(
        "a new name needs ",
        bytesOf(name) + (long) partitions * NamedSequences.OPENING_BYTES,
        "use a known name");
    Opening next = first();
    names.save(name, next);
    memory.reserve(bytesOf(name));
    count++;
    return next;
  }

  /**
   * Deletes the names of a deleted topic. A damaged state stays on the disk.
   *
   * @throws StorageException the refusal of the storage; the names are kept
   */
  synchronized void forget(UUID topicId) {
    TopicNames names = topics.get(topicId);
    if (names == null) {
      return;
    }
    if (names.damage == null) {
      names.saved.delete();
    } else {
      LOG.warn("event=producer_names_damaged topic={} action=left_alone", topicId, names.damage);
    }
    count -= names.openings.size();
    memory.release(bytesOf(names));
    topics.remove(topicId);
  }

  /**
   * Deletes the names of all other topics. If a state cannot be deleted, the next start tries
   * again.
   */
  synchronized void keepOnly(Set<UUID> topicIds) {
    for (UUID topicId : List.copyOf(topics.keySet())) {
      if (topicIds.contains(topicId)) {
        continue;
      }
      try {
        forget(topicId);
      } catch (StorageException e) {
        LOG.warn("event=producer_names_left topic={} retry=next_start", topicId, e);
      }
    }
  }

  /**
   * Checks that there is memory for the openings of a topic's names in more partitions.
   *
   * @param added the number of partitions to add
   * @throws BrokerException {@code LIMIT_REACHED}
   */
  synchronized void requireRoomToGrow(UUID topicId, int added) {
    TopicNames names = topics.get(topicId);
    if (names != null && !names.openings.isEmpty()) {
      int known = names.openings.size();
      requireMemory(
          added + " more partitions of a topic with " + known + " names of producers need ",
          (long) known * added * NamedSequences.OPENING_BYTES,
          "add fewer partitions");
    }
  }

  private Opening first() {
    if (count >= maxNames) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the broker knows "
              + count
              + " names of producers, the most allowed are "
              + maxNames
              + " (limits.maxNamedProducers); use one of them, raise the limit, or delete topics that"
              + " are no longer needed");
    }
    return new Opening(BatchHeader.FIRST_NAMED_PRODUCER + ids.next(), (short) 0);
  }

  private void requireMemory(String need, long bytes, String advice) {
    if (!memory.hasRoom(bytes)) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          need
              + bytes
              + " bytes of heap in the partitions of the topic; the producers that the broker"
              + " remembers take "
              + memory.used()
              + " of "
              + memory.limit()
              + " bytes; "
              + advice
              + ", delete topics that are no longer needed, or give the broker more heap"
              + " (MILLRACE_HEAP)");
    }
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
}
