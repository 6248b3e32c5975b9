package io.millrace.core;

import io.millrace.storage.LogStorage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The broker without a network. Any thread, unless a method says otherwise. */
public final class Broker implements AutoCloseable {

  /**
   * Opens every partition of the catalogue, in parallel, and starts the background work. Blocks
   * until the broker can serve.
   *
   * @param storage taken over: closed by {@link #close()}
   * @param progress told after each partition that was opened, on any thread
   * @param observer told of appends and forces
   */
  public static Broker open(
      BrokerSettings settings,
      LogStorage storage,
      Owners owners,
      InstantSource clock,
      RecoveryProgress progress,
      BrokerObserver observer) {
    throw new UnsupportedOperationException();
  }

  /** Told how far opening has come. */
  @FunctionalInterface
  public interface RecoveryProgress {
    void opened(int partitionsOpened, int partitionsTotal);
  }

  /** Identity of the data directory, made when it was first opened. */
  public UUID brokerId() {
    throw new UnsupportedOperationException();
  }

  public Topic createTopic(String name, int partitions, Map<String, String> settings) {
    throw new UnsupportedOperationException();
  }

  public Topic alterTopic(String name, Map<String, String> changes) {
    throw new UnsupportedOperationException();
  }

  public void deleteTopic(String name) {
    throw new UnsupportedOperationException();
  }

  /** All topics, by name. */
  public List<Topic> topics() {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws BrokerException {@code UNKNOWN_TOPIC}, naming the nearest known topic
   */
  public Topic topic(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * The hot path's way to a partition.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC} or {@code UNKNOWN_PARTITION}
   */
  public Partition partition(UUID topicId, int partition) {
    throw new UnsupportedOperationException();
  }

  /** A producer id never given before, durable before it is returned. Blocks now and then. */
  public long newProducerId() {
    throw new UnsupportedOperationException();
  }

  /** Ends subscriptions, forces and closes every partition, closes the storage. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
