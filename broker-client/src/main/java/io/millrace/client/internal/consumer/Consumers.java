package io.millrace.client.internal.consumer;

import io.millrace.client.Consumer;
import io.millrace.client.GroupConsumer;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.wire.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The open consumers of one client. Opens consumers, and closes all of them. Thread-safe. */
public final class Consumers {

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final BackoffRange backoff;
  private final RandomGenerator random;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  /**
   * @param backoff the pauses before a partition is subscribed again after a refusal
   */
  public Consumers(
      ReconnectingLink link, BlockingCalls calls, BackoffRange backoff, RandomGenerator random) {
    this.link = link;
    this.calls = calls;
    this.backoff = backoff;
    this.random = random;
  }

  /** A new builder of a consumer of a topic. */
  public Consumer.Builder builder(String topic) {
    return new ConsumerBuilder(this, calls, topic);
  }

  /**
   * Opens a consumer. Blocks until the broker has accepted the subscription of each partition.
   *
   * @throws io.millrace.client.MillraceException the first refusal; the consumer is closed
   */
  Consumer open(ConsumerSettings settings) {
    DeliveryQueue queue = new DeliveryQueue();
    List<PartitionSubscription> subscriptions = new ArrayList<>();
    for (int partition : settings.starts().keySet()) {
      subscriptions.add(
          new PartitionSubscription(
              link, settings, partition, SubscriptionOwner.NONE, queue, backoff.start(random)));
    }
    SortedMap<Integer, PartitionCursor> cursors = new TreeMap<>();
    PushConsumer consumer = new PushConsumer(settings, queue, subscriptions, cursors, open::remove);
    try {
      List<CompletableFuture<Long>> starts =
          subscriptions.stream().map(PartitionSubscription::open).toList();
      for (int i = 0; i < subscriptions.size(); i++) {
        long start = calls.await(starts.get(i));
        PartitionSubscription subscription = subscriptions.get(i);
        cursors.put(subscription.partition(), new PartitionCursor(subscription, settings, start));
      }
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    open.add(consumer);
    return consumer;
  }

  /** A new builder of a member of a group. */
  public GroupConsumer.Builder groupBuilder(String group) {
    return new GroupConsumerBuilder(this, group);
  }

  /**
   * Joins a group. Blocks until the broker has answered.
   *
   * @throws io.millrace.client.MillraceException the refusal; the consumer is closed
   */
  GroupConsumer open(GroupSettings settings) {
    link.requireSupported(Api.JOIN_GROUP);
    MemberConsumer consumer = new MemberConsumer(this, settings, open::remove);
    try {
      consumer.open();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    open.add(consumer);
    return consumer;
  }

  ReconnectingLink link() {
    return link;
  }

  BlockingCalls calls() {
    return calls;
  }

  BackoffRange backoff() {
    return backoff;
  }

  RandomGenerator random() {
    return random;
  }

  /** Closes all consumers. */
  public void close() {
    for (AutoCloseable each : List.copyOf(open)) {
      if (each instanceof Consumer consumer) {
        consumer.close();
      } else if (each instanceof GroupConsumer member) {
        member.close();
      }
    }
  }
}
