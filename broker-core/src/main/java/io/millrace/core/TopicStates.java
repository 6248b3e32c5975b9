package io.millrace.core;

import io.millrace.storage.StateStore;
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

/** The states of one kind, of which there is one per topic, in the store. Any thread; blocks. */
record TopicStates(StateStore store, TopicStateName names) {

  private static final Logger LOG = LoggerFactory.getLogger(TopicStates.class);

  /**
   * Does the same for each topic that has such a state, on several threads: with a thousand topics,
   * reading them one after the other would delay the start. When it returns or throws, no thread
   * reads a state any more.
   *
   * @param threads number of states that are read at the same time
   * @return the results, in the order of the names
   * @throws RuntimeException the first, in that order, that {@code load} has thrown
   */
  <T> List<T> loadAll(int threads, Function<UUID, T> load) {
    ExecutorService pool = Executors.newFixedThreadPool(threads, new NamedThreads("state-loader"));
    try {
      List<CompletableFuture<T>> loading =
          topics().stream()
              .map(topic -> CompletableFuture.supplyAsync(() -> load.apply(topic), pool))
              .toList();
      awaitEnd(loading);
      return loading.stream().map(TopicStates::result).toList();
    } finally {
      pool.shutdown();
    }
  }

  /** The topics that have such a state. States that have the prefix but no topic id are ignored. */
  private List<UUID> topics() {
    return store.list(names.prefix()).stream().flatMap(name -> topicOf(name).stream()).toList();
  }

  private Optional<UUID> topicOf(String name) {
    Optional<UUID> topicId = names.topicOf(name);
    if (topicId.isEmpty()) {
      LOG.warn("event=state_of_no_topic state={} action=left_alone", name);
    }
    return topicId;
  }

  private static void awaitEnd(List<? extends CompletableFuture<?>> loading) {
    CompletableFuture.allOf(loading.toArray(CompletableFuture[]::new))
        .handle((ended, failure) -> null)
        .join();
  }

  private static <T> T result(CompletableFuture<T> loaded) {
    try {
      return loaded.join();
    } catch (CompletionException e) {
      throw StageFailure.thrown(e);
    }
  }
}
