package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.Consumer;
import com.rabbitmq.stream.ConsumerFlowStrategy;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.Message;
import com.rabbitmq.stream.MessageHandler;
import com.rabbitmq.stream.OffsetSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A consumer that passes whole chunks, as the broker sends them, from the client's thread to the
 * caller's thread. Only the client's thread writes the chunk that is arriving. For each chunk that
 * the caller takes, the broker may send one more.
 */
final class RabbitMqSubscription implements ConsumerFlowStrategy, AutoCloseable {

  private final int credits;
  private final BlockingQueue<Chunk> arrived = new LinkedBlockingQueue<>();
  private final Consumer consumer;
  private Chunk arriving;

  RabbitMqSubscription(
      Environment environment, String stream, OffsetSpecification from, int credits) {
    this.credits = credits;
    this.consumer =
        environment.consumerBuilder().stream(stream)
            .offset(from)
            .messageHandler(this::arrive)
            .flow()
            .strategy(this)
            .builder()
            .build();
  }

  @Override
  public int initialCredits() {
    return credits;
  }

  @Override
  public MessageProcessedCallback start(Context chunk) {
    arriving = new Chunk(chunk, new ArrayList<>((int) chunk.messageCount()));
    return message -> {};
  }

  private void arrive(MessageHandler.Context context, Message message) {
    List<byte[]> values = arriving.values;
    values.add(message.getBodyAsBinary());
    if (values.size() == arriving.flow.messageCount()) {
      arrived.add(arriving);
    }
  }

  /**
   * Passes the events of the next chunk to {@code values}, in order.
   *
   * @return the number of events; 0 if no chunk arrived in time
   */
  int poll(Duration timeout, java.util.function.Consumer<byte[]> values) {
    Chunk chunk = next(timeout);
    if (chunk == null) {
      return 0;
    }
    chunk.flow.credits(1);
    chunk.values.forEach(values);
    return chunk.values.size();
  }

  private Chunk next(Duration timeout) {
    try {
      return arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for RabbitMQ", e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private record Chunk(Context flow, List<byte[]> values) {}
}
