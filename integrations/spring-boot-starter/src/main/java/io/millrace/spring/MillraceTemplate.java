package io.millrace.spring;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Sends events to topics. It opens one producer for each topic, with the first event, and opens it
 * again if it has ended. Thread-safe.
 *
 * <p><b>Failures.</b> Each {@link MillraceException} is in the future, also if there is no broker:
 * {@code SERVER_UNREACHABLE}. See {@link Producer} for what each code says about the event. A
 * payload that cannot be converted throws a {@link PayloadConversionException}.
 *
 * <p><b>Blocking.</b> The first event of a topic waits for its producer: for the connect timeout
 * and the request timeout at most. Later ones wait only if the memory limit is reached. Code that
 * depends on a future runs on the client's event loop: it must not block, and use {@code
 * whenCompleteAsync} to send to another topic.
 *
 * <p><b>End.</b> When the application stops, the client closes the producers: it waits for the
 * receipts, at most 30 s for all of them.
 */
public final class MillraceTemplate {

  private final MillraceClient client;
  private final ConfiguredProducers configured;
  private final int maxTopics;
  private final PayloadConverter converter;
  private final Observers observers;
  private final Map<String, TopicProducer> producers = new ConcurrentHashMap<>();

  /**
   * Creates a template.
   *
   * @param converter null: payloads are {@code byte[]} or {@code String}
   * @param observers may be null
   */
  MillraceTemplate(
      MillraceClient client,
      ConfiguredProducers configured,
      int maxTopics,
      PayloadConverter converter,
      Observers observers) {
    this.client = client;
    this.configured = configured;
    this.maxTopics = maxTopics;
    this.converter = converter;
    this.observers = observers;
  }

  /**
   * Sends an event.
   *
   * @return completes with the receipt when the event is acknowledged, or exceptionally with a
   *     {@link MillraceException}
   * @throws IllegalStateException on the client's event loop, if the producer is not open
   */
  public CompletableFuture<Receipt> send(String topic, Event event) {
    TopicProducer producer = producers.get(topic);
    if (producer == null) {
      producer = newProducer(topic);
    }
    return producer == null ? tooManyTopics(topic) : producer.send(event);
  }

  /**
   * Sends an event without a key.
   *
   * @param payload {@code byte[]}, {@code String}, null, or an object that the {@link
   *     PayloadConverter} converts
   * @throws PayloadConversionException if it cannot be converted
   */
  public CompletableFuture<Receipt> send(String topic, Object payload) {
    return send(topic, event(payload).build());
  }

  /**
   * Sends an event with a key. Events with equal keys stay in order.
   *
   * @param key null: no key
   * @param payload as for {@link #send(String, Object)}
   * @throws PayloadConversionException if it cannot be converted
   */
  public CompletableFuture<Receipt> send(String topic, String key, Object payload) {
    return send(topic, event(payload).key(key).build());
  }

  /**
   * Returns a builder of an event with this payload as its value, to which a key, headers, a source
   * or a time can be added.
   *
   * @param payload as for {@link #send(String, Object)}
   * @throws PayloadConversionException if it cannot be converted
   */
  public Event.Builder event(Object payload) {
    return Event.builder().value(value(payload));
  }

  /**
   * Sends all accepted events without lingering, and waits for their receipts or failures.
   *
   * @throws MillraceException as {@link Producer#flush}
   */
  public void flush() {
    List.copyOf(producers.values()).forEach(TopicProducer::flush);
  }

  /** Returns null if there are too many topics. */
  private synchronized TopicProducer newProducer(String topic) {
    if (producers.size() >= maxTopics && !producers.containsKey(topic)) {
      return null;
    }
    Supplier<Producer.Builder> builder = () -> configured.applied(topic, client.producer(topic));
    return producers.computeIfAbsent(
        topic,
        name -> new TopicProducer(builder, observers == null ? null : observers.ofTopic(name)));
  }

  private CompletableFuture<Receipt> tooManyTopics(String topic) {
    return CompletableFuture.failedFuture(
        new MillraceException(
            ErrorCode.LIMIT_REACHED,
            "the template sends to "
                + maxTopics
                + " topics already, and has no producer for topic '"
                + topic
                + "'; raise millrace.producer.max-topics, or send to fewer topics"));
  }

  private byte[] value(Object payload) {
    if (payload == null || payload instanceof byte[]) {
      return (byte[]) payload;
    }
    if (payload instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (converter == null) {
      throw new PayloadConversionException(
          "there is no converter for a payload of "
              + payload.getClass().getName()
              + "; add Jackson (spring-boot-starter-jackson) or a PayloadConverter bean, or pass"
              + " byte[] or String",
          null);
    }
    return converter.toValue(payload);
  }
}
