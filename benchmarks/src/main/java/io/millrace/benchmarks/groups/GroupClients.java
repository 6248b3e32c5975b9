package io.millrace.benchmarks.groups;

import java.time.Duration;

/** The client of a system with groups. Any thread. */
public interface GroupClients extends AutoCloseable {

  /** Connects to a broker. */
  @FunctionalInterface
  interface Connector {
    GroupClients connect(String server);
  }

  /** Creates a topic. */
  void createTopic(String topic, int partitions);

  /** Sends an event to a partition, without waiting for the answer. */
  void send(String topic, int partition);

  /**
   * Opens a member with a connection of its own.
   *
   * @param session the session timeout; some systems have it as a setting of the broker
   * @param owner hears what the member gets, on the thread that polls
   */
  Member join(String topic, String group, Duration session, Owner owner);

  @Override
  void close();

  /** Hears what a member gets. */
  interface Owner {

    void assigned(int partition);

    void revoked(int partition);

    /** An event is handed out. */
    void event(int partition);
  }

  /** A member. Belongs to one thread. */
  interface Member extends AutoCloseable {

    /** Takes events, at most until the timeout. */
    void poll(Duration timeout);

    /** Leaves the group. */
    @Override
    void close();
  }
}
