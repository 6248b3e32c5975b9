package io.millrace.benchmarks.load;

/**
 * A system's own client, behind the few calls that the workloads need. One connection, unless the
 * client decides otherwise. Used by one thread.
 */
public interface LoadClient extends AutoCloseable {

  /** Makes a topic and waits until it can be used. */
  void createTopic(String topic, int partitions, Durability durability);

  /** Deletes a topic with its events. */
  void deleteTopic(String topic);

  /** How many events the topic holds, over all partitions, by the broker's word. */
  long count(String topic);

  /** Opens a sender; the caller closes it. */
  Sender sender(String topic, Durability durability, Batching batching);

  /**
   * Opens a receiver of all partitions that sees what {@code durability} promises; the caller
   * closes it.
   *
   * @param start where it begins; it stands there when this method has returned
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

  /** How far an event has come when it is acknowledged, and when it is delivered. */
  enum Durability {
    /** It is in the page cache: survives the end of the broker's process. */
    STORED,
    /** It is forced to disk: survives a power cut. */
    SYNCED
  }

  /** What the settings of a sender or receiver are chosen for. */
  enum Batching {
    /** Large batches, for rate. */
    THROUGHPUT,
    /** For rate too, over hundreds of partitions. */
    SPREAD,
    /** For rate too, where hundreds of senders or receivers share the memory of a process. */
    SHARED,
    /** No waiting for company. */
    LATENCY
  }

  /** Where a receiver begins. */
  enum Start {
    /** With the first event. */
    EARLIEST,
    /** With what is sent from now on. */
    LATEST
  }
}
