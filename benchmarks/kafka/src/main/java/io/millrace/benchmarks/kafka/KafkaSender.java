package io.millrace.benchmarks.kafka;

import io.millrace.benchmarks.load.Sender;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Sends events with a Kafka producer. */
final class KafkaSender implements Sender {

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Callback onAnswer = this::answered;

  // Written by the producer's network thread. KafkaProducer.flush returns after the callbacks have
  // run, so that the sending thread sees the final value.
  private long acknowledged;
  private volatile Exception failure;

  /** Creates a sender, which takes ownership of the producer. */
  KafkaSender(String topic, KafkaProducer<byte[], byte[]> producer) {
    this.topic = topic;
    this.producer = producer;
  }

  @Override
  public void send(byte[] value) {
    producer.send(new ProducerRecord<>(topic, value), onAnswer);
  }

  @Override
  public void send(int partition, byte[] value) {
    producer.send(new ProducerRecord<>(topic, partition, null, value), onAnswer);
  }

  @Override
  public void sendAndWait(byte[] value) {
    try {
      producer.send(new ProducerRecord<>(topic, value)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event was not acknowledged", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  private void answered(RecordMetadata where, Exception cause) {
    if (cause == null) {
      acknowledged++;
    } else {
      failure = cause;
    }
  }

  @Override
  public long flush() {
    producer.flush();
    if (failure != null) {
      throw new IllegalStateException("an event was not acknowledged", failure);
    }
    return acknowledged;
  }

  @Override
  public void close() {
    producer.close();
  }
}
