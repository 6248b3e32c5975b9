package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.Address;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.OffsetSpecification;
import com.rabbitmq.stream.Producer;
import com.rabbitmq.stream.ProducerBuilder;
import com.rabbitmq.stream.codec.SimpleCodec;
import com.rabbitmq.stream.impl.Client;
import com.rabbitmq.stream.impl.Client.ClientParameters;
import io.millrace.benchmarks.load.LoadClient;
import io.millrace.benchmarks.load.Receiver;
import io.millrace.benchmarks.load.Sender;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * RabbitMQ's stream client, with the settings that were found best here. A topic is a stream, whose
 * broker confirms events from the page cache.
 */
final class RabbitMqLoadClient implements LoadClient {

  private static final int SUB_ENTRY_BYTES = 50_000;
  private static final int BATCH_ENTRIES = 10;
  private static final int WINDOW_BYTES = 20_000_000;

  /** Ten thousand frames of one event each in a second are more than the broker can take. */
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

  private static final int CREDIT_CHUNKS = 4;
  private static final Duration NEVER = Duration.ZERO;
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final long RETRY_NANOS = 1_000_000;

  private final Address server;
  private final Environment environment;

  RabbitMqLoadClient(String server) {
    int colon = server.lastIndexOf(':');
    this.server =
        new Address(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    // The values alone, without the AMQP message that is the default around each of them.
    this.environment =
        Environment.builder()
            .host(this.server.host())
            .port(this.server.port())
            .addressResolver(any -> this.server)
            .codec(new SimpleCodec())
            .build();
  }

  @Override
  public void createTopic(String topic, int partitions, Durability durability) {
    environment.streamCreator().stream(topic).create();
  }

  @Override
  public void deleteTopic(String topic) {
    environment.deleteStream(topic);
  }

  /**
   * Where the last chunk ends, by its header. The client's own statistics of a stream know only
   * where that chunk begins.
   */
  @Override
  public long count(String topic) {
    CompletableFuture<Long> end = new CompletableFuture<>();
    ClientParameters settings =
        new ClientParameters()
            .host(server.host())
            .port(server.port())
            .codec(new SimpleCodec())
            .chunkListener(
                (client, subscription, offset, events, bytes) -> {
                  end.complete(offset + events);
                  return null;
                });
    try (Client client = new Client(settings)) {
      client.subscribe((byte) 0, topic, OffsetSpecification.last(), 1);
      return end.orTimeout(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    if (durability == Durability.SYNCED) {
      throw new IllegalArgumentException("RabbitMQ forces nothing before it confirms");
    }
    return new RabbitMqSender(
        new RabbitMqSender.Opener() {
          @Override
          public Producer pipelined(int eventBytes) {
            return build(
                switch (batching) {
                  case THROUGHPUT, SPREAD, SHARED ->
                      settings(topic, eventBytes)
                          .subEntrySize(SUB_ENTRY_BYTES / eventBytes)
                          .batchSize(BATCH_ENTRIES);
                  case LATENCY -> settings(topic, eventBytes).batchPublishingDelay(SHORTEST_DELAY);
                });
          }

          @Override
          public Producer oneInFlight(int eventBytes) {
            return build(settings(topic, eventBytes).batchSize(1));
          }
        });
  }

  private ProducerBuilder settings(String topic, int eventBytes) {
    return environment.producerBuilder().stream(topic)
        .maxUnconfirmedMessages(WINDOW_BYTES / eventBytes)
        .enqueueTimeout(NEVER);
  }

  /**
   * A broker that has just been started listens before it has opened its streams, and the client
   * does not try again by itself.
   */
  private static Producer build(ProducerBuilder settings) {
    long giveUp = System.nanoTime() + LONGEST_ANSWER.toNanos();
    while (true) {
      try {
        return settings.build();
      } catch (IllegalStateException e) {
        if (System.nanoTime() - giveUp > 0) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    return new RabbitMqReceiver(
        from -> new RabbitMqSubscription(environment, topic, from, CREDIT_CHUNKS),
        switch (start) {
          case EARLIEST -> OffsetSpecification.first();
          case LATEST -> OffsetSpecification.next();
        });
  }

  @Override
  public void close() {
    environment.close();
  }
}
