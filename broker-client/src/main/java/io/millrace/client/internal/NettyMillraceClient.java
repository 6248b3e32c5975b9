package io.millrace.client.internal;

import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.Handshake;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.Transport;
import io.millrace.client.internal.consumer.ConsumerBuilder;
import io.millrace.client.internal.consumer.ConsumerSettings;
import io.millrace.client.internal.consumer.DeliveryQueue;
import io.millrace.client.internal.consumer.PartitionCursor;
import io.millrace.client.internal.consumer.PartitionSubscription;
import io.millrace.client.internal.consumer.PushConsumer;
import io.millrace.client.internal.producer.BatchingProducer;
import io.millrace.client.internal.producer.EventClock;
import io.millrace.client.internal.producer.Partitioner;
import io.millrace.client.internal.producer.ProducerBuilder;
import io.millrace.client.internal.producer.ProducerIdentity;
import io.millrace.client.internal.producer.ProducerRegistration;
import io.millrace.client.internal.producer.ProducerSender;
import io.millrace.client.internal.producer.ProducerSettings;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/** A client with its thread, its link, and all that was opened with it. Thread-safe. */
public final class NettyMillraceClient implements MillraceClient {

  private static final long LOOP_STOP_SECONDS = 5;

  private final ClientSettings settings;
  private final RandomGenerator random;
  private final EventLoopGroup eventLoops;
  private final ReconnectingLink link;
  private final RemoteAdmin admin;
  private final Set<BatchingProducer> producers = ConcurrentHashMap.newKeySet();
  private final Set<Consumer> consumers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private NettyMillraceClient(
      ClientSettings settings,
      RandomGenerator random,
      EventLoopGroup eventLoops,
      ReconnectingLink link) {
    this.settings = settings;
    this.random = random;
    this.eventLoops = eventLoops;
    this.link = link;
    this.admin = new RemoteAdmin(link);
  }

  /** Starts the thread and makes the first connection. */
  static NettyMillraceClient connect(ClientSettings settings, RandomGenerator random) {
    Transport transport = Transport.best();
    EventLoopGroup eventLoops =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("millrace-client-" + settings.clientId(), true),
            transport.handlers());
    ReconnectingLink link =
        new ReconnectingLink(settings, eventLoops.next(), transport.channel(), random);
    NettyMillraceClient client = new NettyMillraceClient(settings, random, eventLoops, link);
    try {
      BlockingCalls.forAnswer(link, link.open());
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public RemoteAdmin admin() {
    return admin;
  }

  @Override
  public Producer.Builder producer(String topic) {
    return new ProducerBuilder(this, topic);
  }

  @Override
  public Consumer.Builder consumer(String topic) {
    return new ConsumerBuilder(this, topic);
  }

  @Override
  public void close() {
    BlockingCalls.requireOffLoop(link, "close");
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List.copyOf(consumers).forEach(Consumer::close);
    try {
      closeProducers();
    } finally {
      link.close();
      eventLoops.shutdownGracefully(0, LOOP_STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private void closeProducers() {
    long deadlineNanos = System.nanoTime() + BatchingProducer.CLOSE_TIMEOUT.toNanos();
    List<BatchingProducer> open = List.copyOf(producers);
    // All before one of them is waited for, or one that is stuck would use up the others' time.
    open.forEach(BatchingProducer::finish);
    MillraceException untold = null;
    for (Producer producer : open) {
      try {
        producer.close(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
      } catch (MillraceException e) {
        untold = untold == null ? e : untold;
      }
    }
    if (untold != null) {
      throw untold;
    }
  }

  public EventClock clock() {
    return settings.clock();
  }

  public String clientId() {
    return settings.clientId();
  }

  public HelloResponse broker() {
    return link.broker();
  }

  public Producer openProducer(ProducerSettings producer, boolean idempotent) {
    ProducerRegistration start = startOf(producer, idempotent);
    ProducerSender loop = new ProducerSender(link, producer, start, random);
    int first = random.nextInt(producer.partitions());
    BatchingProducer opened =
        new BatchingProducer(
            producer,
            start,
            loop,
            new Partitioner(producer.partitions(), first, producer.batchesInARow()),
            producers::remove);
    loop.start();
    producers.add(opened);
    return opened;
  }

  private ProducerRegistration startOf(ProducerSettings producer, boolean idempotent) {
    if (producer.isNamed()) {
      Handshake.requireSpoken(Api.OPEN_NAMED_PRODUCER, settings, link.broker());
      return BlockingCalls.forAnswer(link, openNamed(producer));
    }
    ProducerIdentity identity =
        idempotent
            ? BlockingCalls.forAnswer(link, ProducerSender.identity(link))
            : ProducerIdentity.NONE;
    return ProducerRegistration.unnamed(identity, producer.partitions());
  }

  private CompletableFuture<ProducerRegistration> openNamed(ProducerSettings producer) {
    return link.request(new OpenNamedProducerRequest(producer.topicId(), producer.name()), true)
        .thenApply(OpenNamedProducerResponse.class::cast)
        .thenApply(
            opened ->
                new ProducerRegistration(
                    new ProducerIdentity(opened.producerId(), opened.producerEpoch()),
                    opened.lastSequences()));
  }

  public Consumer openConsumer(ConsumerSettings consumer) {
    DeliveryQueue queue = new DeliveryQueue();
    List<PartitionSubscription> feeds = new ArrayList<>();
    for (int partition : consumer.starts().keySet()) {
      feeds.add(new PartitionSubscription(link, consumer, partition, queue, backoff()));
    }
    SortedMap<Integer, PartitionCursor> cursors = new TreeMap<>();
    PushConsumer opened = new PushConsumer(consumer, queue, feeds, cursors, consumers::remove);
    try {
      List<CompletableFuture<Long>> starts =
          feeds.stream().map(PartitionSubscription::open).toList();
      for (int i = 0; i < feeds.size(); i++) {
        long start = BlockingCalls.forAnswer(link, starts.get(i));
        PartitionSubscription feed = feeds.get(i);
        cursors.put(feed.partition(), new PartitionCursor(feed, consumer, start));
      }
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    consumers.add(opened);
    return opened;
  }

  private Backoff backoff() {
    return new Backoff(settings.initialBackoff(), settings.maxBackoff(), random);
  }
}
