package io.millrace.benchmarks.kafka;

import io.millrace.benchmarks.load.LoadClient;
import io.millrace.benchmarks.load.LoadTls;
import io.millrace.benchmarks.load.Receiver;
import io.millrace.benchmarks.load.Sender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Java client of Kafka, with the settings that were fastest on this machine. With {@code
 * SYNCED}, the topic has {@code flush.messages=1}: the broker fsyncs each append before it
 * acknowledges it.
 */
final class KafkaLoadClient implements LoadClient {

  private static final int BATCH_BYTES = 512 * 1024;
  private static final int FETCH_BYTES = 8 * 1024 * 1024;
  private static final int LINGER_MS = 5;
  private static final long BUFFER_BYTES = 128L * 1024 * 1024;
  private static final int POLL_EVENTS = 10_000;
  private static final int SHARED_BATCH_BYTES = 64 * 1024;
  private static final int SHARED_BYTES = 512 * 1024;

  private final String server;
  private final Admin admin;

  KafkaLoadClient(String server) {
    this.server = server;
    this.admin = Admin.create(connection());
  }

  @Override
  public void createTopic(String topic, int partitions, Durability durability) {
    Map<String, String> settings =
        switch (durability) {
          case STORED -> Map.of();
          case SYNCED -> Map.of(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        };
    NewTopic spec = new NewTopic(topic, partitions, (short) 1).configs(settings);
    await(admin.createTopics(List.of(spec)).all());
  }

  @Override
  public void deleteTopic(String topic) {
    await(admin.deleteTopics(List.of(topic)).all());
  }

  @Override
  public long count(String topic) {
    return offsets(topic, OffsetSpec.latest()) - offsets(topic, OffsetSpec.earliest());
  }

  private long offsets(String topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions(topic).stream().collect(Collectors.toMap(p -> p, p -> which));
    return await(admin.listOffsets(asked).all()).values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  private List<TopicPartition> partitions(String topic) {
    int count =
        await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().size();
    return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    Map<String, Object> settings = connection();
    settings.put(ProducerConfig.ACKS_CONFIG, "1");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    settings.put(
        ProducerConfig.LINGER_MS_CONFIG,
        switch (batching) {
          case THROUGHPUT, SPREAD, SHARED -> LINGER_MS;
          case LATENCY -> 0;
        });
    settings.put(
        ProducerConfig.BATCH_SIZE_CONFIG,
        switch (batching) {
          case THROUGHPUT, LATENCY -> BATCH_BYTES;
          case SPREAD, SHARED -> SHARED_BATCH_BYTES;
        });
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        batching == Batching.SHARED ? SHARED_BYTES : BUFFER_BYTES);
    return new KafkaSender(
        topic, new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    Map<String, Object> settings = connection();
    settings.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        batching == Batching.SHARED ? SHARED_BYTES : FETCH_BYTES);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_EVENTS);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaReceiver(
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        partitions(topic),
        start);
  }

  /** The settings that all clients of one broker have. */
  private Map<String, Object> connection() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, server);
    LoadTls.ca()
        .ifPresent(
            ca -> {
              settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL");
              settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
              settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, ca.toString());
            });
    return settings;
  }

  private static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
