package io.millrace.core;

import io.millrace.storage.StorageException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Opens producers: gives them their ids and epochs, and the proofs of them. Any thread. The futures
 * are as those of {@link Broker}.
 */
public final class ProducerOpenings {

  /** The epoch of a producer without a name. Its id is new and has no earlier epoch. */
  private static final short FIRST_EPOCH = 0;

  private final ControlThreads control;
  private final TopicTable topics;
  private final ProducerIds ids;
  private final NamedProducers named;

  ProducerOpenings(
      ControlThreads control, TopicTable topics, ProducerIds ids, NamedProducers named) {
    this.control = control;
    this.topics = topics;
    this.ids = ids;
    this.named = named;
  }

  /**
   * Opens a producer without a name: gives out an id that was never given before.
   *
   * @return completes when the id is reserved on disk, so that the broker does not give it again
   *     after a crash; fails with the refusal of the storage
   */
  public CompletableFuture<IssuedProducer> open() {
    return control
        .idReservations()
        .run(
            () -> {
              try {
                long id = ids.next();
                return new IssuedProducer(id, FIRST_EPOCH, ids.secretOf(id, FIRST_EPOCH));
              } catch (StorageException e) {
                throw BrokerException.of(e);
              }
            });
  }

  /**
   * Opens a producer that has a name in its topic, for the first time or again. After that, earlier
   * openings of the name cannot append.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return completes, on an owner's or a control thread, when the last sequences are on disk;
   *     fails with {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_NAME} for an internal topic, {@code
   *     INVALID_REQUEST}, {@code LIMIT_REACHED}, the refusal of the storage, or the reason why one
   *     of the topic's partitions takes no appends
   */
  public CompletableFuture<NamedProducer> open(UUID topicId, String name) {
    // On the thread for topic changes: a name must not be recorded while its topic is deleted.
    return control
        .topicChanges()
        .run(() -> openNamed(topicId, name))
        .thenCompose(Function.identity());
  }

  /** Blocks for the disk. */
  private CompletableFuture<NamedProducer> openNamed(UUID topicId, String name) {
    Topic topic = topics.byId(topicId);
    TopicName.requireNotInternal(topic.name());
    requireAppends(topic);
    NamedProducers.Opening opening;
    try {
      opening = named.open(topicId, name, topic.partitions().size());
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
    List<CompletableFuture<Long>> lastSequences =
        topic.partitions().stream().map(partition -> partition.openProducer(opening)).toList();
    return CompletableFuture.allOf(lastSequences.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new NamedProducer(
                    opening.id(),
                    opening.epoch(),
                    ids.secretOf(opening.id(), opening.epoch()),
                    lastSequences.stream().map(CompletableFuture::join).toList()));
  }

  /**
   * Asks the partitions before an opening is saved: each saved opening uses one of the 32,768
   * epochs of the name, and a client repeats an opening that fails.
   */
  private static void requireAppends(Topic topic) {
    for (Partition partition : topic.partitions()) {
      BrokerException failure = partition.failure();
      if (failure != null) {
        throw failure;
      }
    }
  }
}
