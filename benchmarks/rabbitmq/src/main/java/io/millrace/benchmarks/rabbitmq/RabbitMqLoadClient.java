package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.Address;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.OffsetSpecification;
import com.rabbitmq.stream.codec.SimpleCodec;
import com.rabbitmq.stream.impl.Client;
import com.rabbitmq.stream.impl.Client.ClientParameters;
import io.millrace.benchmarks.load.LoadClient;
import io.millrace.benchmarks.load.Receiver;
import io.millrace.benchmarks.load.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The stream client of RabbitMQ, with the settings that were fastest on this machine. A topic is a
 * stream. The broker confirms an event when it is in the page cache.
 */
final class RabbitMqLoadClient implements LoadClient {

  private static final int CREDIT_CHUNKS = 4;
  private static final long LONGEST_ANSWER_SECONDS = 10;

  private final Address server;
  private final Environment environment;

  RabbitMqLoadClient(String server) {
    int colon = server.lastIndexOf(':');
    this.server =
        new Address(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    // Sends the values alone; by default, each is in an AMQP message.
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
   * Computes the end of the stream from the header of the last chunk. The statistics of the client
   * have only the start of that chunk.
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
      return end.orTimeout(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    if (durability == Durability.SYNCED) {
      throw new IllegalArgumentException("RabbitMQ does not fsync before it confirms");
    }
    return new RabbitMqSender(new RabbitMqProducers(environment, topic, batching));
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
