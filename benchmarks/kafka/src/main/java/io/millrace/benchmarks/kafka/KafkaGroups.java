package io.millrace.benchmarks.kafka;

import io.millrace.benchmarks.groups.GroupClients;
import io.millrace.benchmarks.groups.GroupsMain;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The groups of Kafka with the protocol of KIP-848. The session timeout is the broker's. */
public final class KafkaGroups implements GroupClients {

  private final String server;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private KafkaGroups(String server) {
    this.server = server;
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server));
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, server, ProducerConfig.LINGER_MS_CONFIG, 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Runs the load process; see {@link GroupsMain}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    GroupsMain.run(arguments, KafkaGroups.class, KafkaGroups::new);
  }

  @Override
  public void createTopic(String topic, int partitions) {
    try {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused the topic", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  @Override
  public void send(String topic, int partition) {
    producer.send(new ProducerRecord<>(topic, partition, null, new byte[100]));
  }

  @Override
  public Member join(String topic, String group, Duration session, Owner owner) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, server,
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, 1000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic), new Listener(owner));
    return new Member() {
      @Override
      public void poll(Duration timeout) {
        consumer.poll(timeout).forEach(event -> owner.event(event.partition()));
      }

      @Override
      public void close() {
        consumer.close();
      }
    };
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }

  /** Tells an owner. */
  private record Listener(Owner owner) implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(each -> owner.assigned(each.partition()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(each -> owner.revoked(each.partition()));
    }
  }
}
