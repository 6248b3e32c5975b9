package io.millrace.benchmarks.kafka;

import io.millrace.benchmarks.load.LoadClient.Start;
import io.millrace.benchmarks.load.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Receives events with a Kafka consumer without a group. */
final class KafkaReceiver implements Receiver {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /** Creates a receiver, which takes ownership of the consumer. */
  KafkaReceiver(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Start start) {
    this.consumer = consumer;
    this.partitions = partitions;
    consumer.assign(partitions);
    switch (start) {
      case EARLIEST -> consumer.seekToBeginning(partitions);
      case LATEST -> consumer.seekToEnd(partitions);
    }
    // Seeking is lazy; the call of position() makes it happen.
    partitions.forEach(consumer::position);
  }

  @Override
  public int poll(Duration timeout, Consumer<byte[]> values) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    for (ConsumerRecord<byte[], byte[]> event : records) {
      values.accept(event.value());
    }
    return records.count();
  }

  @Override
  public void rewind() {
    consumer.seekToBeginning(partitions);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
