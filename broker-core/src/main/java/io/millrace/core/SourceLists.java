package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Lists the sources of topics. Any thread. The futures are as those of {@link Broker}. */
public final class SourceLists {

  private final TopicTable topics;
  private final SourceSummaries summaries;
  private final LongScans scans;
  private final MemoryShare memory;
  private final InstantSource clock;

  /**
   * @param memory of the lists
   */
  SourceLists(
      TopicTable topics,
      SourceSummaries summaries,
      LongScans scans,
      MemoryShare memory,
      InstantSource clock) {
    this.topics = topics;
    this.summaries = summaries;
    this.scans = scans;
    this.memory = memory;
    this.clock = clock;
  }

  /**
   * Lists the sources of the durable events of a topic, from a summary that the broker keeps of it.
   * The first call for a topic reads all its events, a later one those that have become durable
   * since. The summary survives a restart. Events that are deleted after they were counted stay
   * counted. It holds a limited number of sources ({@link SourceList#otherEvents}). To cancel the
   * list, complete the future with an exception.
   *
   * @return as that of {@link #list}
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public CompletableFuture<SourceList> summarize(UUID topicId) {
    return summaries.ask(topics.byId(topicId).id());
  }

  /**
   * Lists the sources of the visible events of a topic. A reader thread reads all of them. To
   * cancel the list, complete the future with an exception.
   *
   * @return completes with the list, which the caller closes. Fails with {@code
   *     TOO_MANY_IN_FLIGHT}, {@code LIMIT_REACHED} if the list does not fit into the memory for
   *     lists, or the reason why a partition cannot be read. If that is damage, the list is made
   *     without the damaged events ({@link SourceList#skipped})
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public CompletableFuture<SourceList> list(UUID topicId, IsolationLevel isolation) {
    SourceList found = new SourceList(memory, clock);
    return scans.run(
        new TopicSourceScan(topics.byId(topicId).partitions(), isolation, found), found::close);
  }
}
