package io.millrace.core;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maintained summaries of the sources of topics. A topic has one from the first question about
 * it on; no other topic costs anything. Any thread.
 */
final class SourceSummaries {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSummaries.class);

  private final StateStore states;
  private final Parts parts;
  private final Function<UUID, List<Partition>> partitions;
  private final Map<UUID, TopicSources> topics = new ConcurrentHashMap<>();

  /** Runs work later. */
  interface Delay {

    /**
     * Runs a task on a thread that may wait for a device, or never if the broker is closed before.
     */
    void run(Duration after, Runnable task);
  }

  /**
   * What all summaries use.
   *
   * @param blocking runs the saves
   * @param summaries the memory of the summaries
   * @param answers the memory of the copies that are given to callers
   * @param maxSources the most sources of a topic
   */
  record Parts(
      LongScans scans,
      Executor blocking,
      MemoryShare summaries,
      MemoryShare answers,
      int maxSources,
      InstantSource clock,
      Delay delay) {

    Parts(
        LongScans scans, Executor blocking, MemoryBudget memory, InstantSource clock, Delay delay) {
      this(
          scans,
          blocking,
          memory.share(Use.SOURCE_SUMMARIES),
          memory.share(Use.SOURCE_LISTS),
          TopicSources.MAX_SOURCES,
          clock,
          delay);
    }
  }

  /**
   * @param partitions the partitions of a topic now; throws {@code UNKNOWN_TOPIC}
   */
  SourceSummaries(StateStore states, Parts parts, Function<UUID, List<Partition>> partitions) {
    this.states = states;
    this.parts = parts;
    this.partitions = partitions;
  }

  /**
   * As {@link SourceLists#summarize}.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  CompletableFuture<SourceList> ask(UUID topicId) {
    return of(topicId).ask();
  }

  private TopicSources of(UUID topicId) {
    return topics.computeIfAbsent(
        topicId,
        unknown -> {
          partitions.apply(topicId); // a summary that is added after forget() would stay
          return begin(topicId);
        });
  }

  private TopicSources begin(UUID topicId) {
    SavedSources saved = new SavedSources(states, topicId);
    return new TopicSources(parts, saved, topicId, () -> partitions.apply(topicId));
  }

  /** The number of topics with a summary. */
  int size() {
    return topics.size();
  }

  /**
   * Deletes the summary of a deleted topic, which is unknown already, and whose partitions are
   * closed. Blocks.
   *
   * @throws StorageException the refusal of the storage
   */
  void forget(UUID topicId) {
    TopicSources known = topics.remove(topicId);
    (known == null ? begin(topicId) : known).forget();
  }

  /**
   * Deletes the saved summaries of all other topics. Blocks. What cannot be deleted is tried again
   * by the next start.
   */
  void keepOnly(Set<UUID> topicIds) {
    for (String name : states.list(SavedSources.STATE.prefix())) {
      SavedSources.STATE
          .topicOf(name)
          .filter(topicId -> !topicIds.contains(topicId))
          .ifPresent(this::forgetOrWarn);
    }
  }

  private void forgetOrWarn(UUID topicId) {
    try {
      forget(topicId);
    } catch (StorageException e) {
      LOG.warn("event=source_summary_left topic={} retry=next_start", topicId, e);
    }
  }

  /** From now on nothing is saved. Waits for saves that are in progress. */
  void close() {
    topics.values().forEach(TopicSources::close);
  }
}
