package io.millrace.benchmarks.load;

import io.millrace.client.Ack;
import io.millrace.client.Consumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import io.millrace.client.TlsOptions;
import io.millrace.client.TopicSpec;

/**
 * The Java client of Millrace. It has the default settings, unless many clients share the memory of
 * a process.
 */
final class MillraceLoadClient implements LoadClient {

  private static final int SHARED_BATCH_BYTES = 64 * 1024;
  private static final long SHARED_BYTES = 512 * 1024;

  private final MillraceClient client;

  MillraceLoadClient(String server) {
    this.client = connect(server);
  }

  /** Connects with the default settings, over TLS if the broker has it. */
  static MillraceClient connect(String server) {
    MillraceClient.Builder client = MillraceClient.builder().server(server);
    LoadTls.ca().ifPresent(ca -> client.tls(TlsOptions.trusting(ca)));
    return client.build();
  }

  @Override
  public void createTopic(String topic, int partitions, Durability durability) {
    client.admin().createTopic(topic, TopicSpec.partitions(partitions));
  }

  @Override
  public void deleteTopic(String topic) {
    client.admin().deleteTopic(topic);
  }

  @Override
  public long count(String topic) {
    return client.admin().describeTopic(topic).partitions().stream()
        .mapToLong(partition -> partition.end() - partition.start())
        .sum();
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    Producer.Builder settings = client.producer(topic).ack(ack(durability));
    return new MillraceSender(
        switch (batching) {
          // Batches grow by themselves while others are in flight; no setting is needed.
          case THROUGHPUT, SPREAD, LATENCY -> settings;
          case SHARED -> settings.batchBytes(SHARED_BATCH_BYTES).memoryLimit(SHARED_BYTES);
        });
  }

  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    return new MillraceReceiver(
        from -> {
          Consumer.Builder settings =
              client.consumer(topic).isolation(isolation(durability)).from(from);
          return switch (batching) {
            case THROUGHPUT, SPREAD, LATENCY -> settings.build();
            case SHARED -> settings.creditBytes(SHARED_BYTES).build();
          };
        },
        start == Start.EARLIEST ? StartPosition.earliest() : StartPosition.latest());
  }

  static Ack ack(Durability durability) {
    return switch (durability) {
      case STORED -> Ack.STORED;
      case SYNCED -> Ack.SYNCED;
    };
  }

  static Isolation isolation(Durability durability) {
    return switch (durability) {
      case STORED -> Isolation.LATEST;
      case SYNCED -> Isolation.DURABLE;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
