package io.millrace.core;

import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of the states of which there is one per topic: a prefix, then the id of the topic. Any
 * thread.
 *
 * @param prefix ends with {@code -}
 */
record TopicStateName(String prefix) {

  /** So few states are read faster than threads are started. */
  private static final int FEW = 16;

  private static final Logger LOG = LoggerFactory.getLogger(TopicStateName.class);

  /** The name of a topic's state. */
  String of(UUID topicId) {
    return prefix + topicId;
  }

  /** The topics that have such a state. States with the prefix and no id are left alone. */
  private List<UUID> topicsIn(StateStore states) {
    return states.list(prefix).stream().flatMap(name -> topicOf(name).stream()).toList();
  }

  /**
   * Does the same for each topic that has such a state, on several threads: with a thousand topics,
   * reading them one after the other would delay the start.
   *
   * @return the results, in the order of the names
   * @throws StorageException the first that {@code load} has thrown
   */
  <T> List<T> loadAll(StateStore states, int threads, Function<UUID, T> load) {
    List<UUID> topics = topicsIn(states);
    if (topics.size() <= FEW) {
      return topics.stream().map(load).toList();
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads, new NamedThreads("recovery"));
    try {
      List<CompletableFuture<T>> loading =
          topics.stream()
              .map(topic -> CompletableFuture.supplyAsync(() -> load.apply(topic), pool))
              .toList();
      return loading.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StorageException refused ? refused : e;
    } finally {
      pool.shutdown();
    }
  }

  private Optional<UUID> topicOf(String name) {
    try {
      UUID topicId = UUID.fromString(name.substring(prefix.length()));
      if (of(topicId).equals(name)) {
        return Optional.of(topicId);
      }
    } catch (IllegalArgumentException e) {
      // As below.
    }
    LOG.warn("event=state_of_no_topic state={} action=left_alone", name);
    return Optional.empty();
  }
}
