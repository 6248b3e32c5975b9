package io.millrace.benchmarks.load;

/**
 * The Java client of a system, with the calls that the workloads need. It has one connection,
 * unless the client decides otherwise. Used by one thread.
 */
public interface LoadClient extends AutoCloseable {

  /** Creates a topic, and waits until it can be used. */
  void createTopic(String topic, int partitions, Durability durability);

  /** Deletes a topic with its events. */
  void deleteTopic(String topic);

  /** The number of events that the topic has according to the broker, over all partitions. */
  long count(String topic);

  /** Opens a sender. The caller closes it. */
  Sender sender(String topic, Durability durability, Batching batching);

  /**
   * Opens a receiver of all partitions. It gets an event when the event has the given durability.
   * The caller closes it.
   *
   * @param start the position of the receiver when this method returns
   */
  Receiver receiver(String topic, Durability durability, Start start, Batching batching);

  @Override
  void close();

  /** Connects to a broker. */
  @FunctionalInterface
  interface Connector {

    /** Connects to {@code host:port}. */
    LoadClient connect(String server);
  }

  /** What has happened to an event before it is acknowledged, and before it is delivered. */
  enum Durability {
    /** It is in the page cache, and survives the end of the broker's process. */
    STORED,
    /** It is fsynced, and survives a power failure. */
    SYNCED
  }

  /** The goal for which the settings of a sender or receiver are chosen. */
  enum Batching {
    /** A high rate, with large batches. */
    THROUGHPUT,
    /** A high rate, spread over hundreds of partitions. */
    SPREAD,
    /** A high rate while hundreds of senders or receivers share the memory of a process. */
    SHARED,
    /** A low latency, without waiting for more events. */
    LATENCY
  }

  /** The position at which a receiver starts. */
  enum Start {
    /** The first event. */
    EARLIEST,
    /** The events that are sent from now on. */
    LATEST
  }
}
