package io.millrace.cli.consume;

import io.millrace.client.Admin;
import io.millrace.client.MillraceException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the partitions that are added to a topic while a command reads all of them. A thread asks
 * the broker, so that a reader does not wait for an answer. The other methods are for one thread.
 */
final class AddedPartitions implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Admin admin;
  private final String topic;
  private final Thread thread;
  private int known;
  private volatile int count;
  private volatile boolean closed;

  private AddedPartitions(Admin admin, String topic, int known) {
    this.admin = admin;
    this.topic = topic;
    this.known = known;
    this.count = known;
    this.thread = new Thread(this::ask, "millrace-added-partitions");
    thread.setDaemon(true);
  }

  /**
   * Begins to ask.
   *
   * @param known the number of partitions that are read already
   */
  static AddedPartitions of(Admin admin, String topic, int known) {
    AddedPartitions added = new AddedPartitions(admin, topic, known);
    added.thread.start();
    return added;
  }

  private void ask() {
    try {
      while (!closed) {
        Thread.sleep(INTERVAL.toMillis());
        count = partitions();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without an answer the number stays: the reader of the topic reports what is wrong. */
  private int partitions() {
    try {
      return admin.describeTopic(topic).partitions().size();
    } catch (MillraceException e) {
      return count;
    }
  }

  /** The partitions that were added since the last call, ascending; usually none. */
  List<Integer> next() {
    int now = count;
    List<Integer> added = IntStream.range(known, now).boxed().toList();
    known = Math.max(known, now);
    return added;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
