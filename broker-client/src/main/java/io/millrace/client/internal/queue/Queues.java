package io.millrace.client.internal.queue;

import io.millrace.client.QueueConsumer;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.wire.Api;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The open queue consumers of one client. Opens them, and closes all of them. Thread-safe. */
public final class Queues {

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final BackoffRange backoff;
  private final RandomGenerator random;
  private final Set<LockingConsumer> open = ConcurrentHashMap.newKeySet();

  /**
   * @param backoff the pauses before a request is repeated that the broker has refused for now
   */
  public Queues(
      ReconnectingLink link, BlockingCalls calls, BackoffRange backoff, RandomGenerator random) {
    this.link = link;
    this.calls = calls;
    this.backoff = backoff;
    this.random = random;
  }

  /** A new builder of a consumer of a queue. */
  public QueueConsumer.Builder builder(String topic, String queue) {
    return new QueueConsumerBuilder(this, topic, queue);
  }

  /**
   * Opens a queue. Blocks until the broker has answered.
   *
   * @throws io.millrace.client.MillraceException the refusal; the consumer is closed
   */
  QueueConsumer open(QueueOptions options) {
    link.requireOffEventLoop("build");
    link.requireSupported(Api.OPEN_QUEUE);
    LockingConsumer consumer =
        new LockingConsumer(link, calls, options, backoff.start(random), open::remove);
    try {
      consumer.open();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    open.add(consumer);
    return consumer;
  }

  /** Closes all consumers. */
  public void close() {
    List.copyOf(open).forEach(LockingConsumer::close);
  }
}
