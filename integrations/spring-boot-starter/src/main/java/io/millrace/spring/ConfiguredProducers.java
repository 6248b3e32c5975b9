package io.millrace.spring;

import io.millrace.client.Producer;
import io.millrace.client.RetryPolicy;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** The settings of the template's producers, from the properties and the customizers. */
record ConfiguredProducers(
    MillraceProperties.ProducerProperties properties, List<ProducerCustomizer> customizers) {

  private static final String PREFIX = "millrace.producer.";

  /** Applies the settings to the producer of a topic. */
  Producer.Builder applied(String topic, Producer.Builder producer) {
    producer.ack(properties.ack()).compression(properties.compression());
    PropertySetting.apply(PREFIX + "source", properties.source(), producer::source);
    PropertySetting.apply(PREFIX + "linger", properties.linger(), producer::linger);
    PropertySetting.apply(
        PREFIX + "batch-size", properties.batchSize(), size -> producer.batchBytes(bytes(size)));
    PropertySetting.apply(
        PREFIX + "max-in-flight", properties.maxInFlight(), producer::maxInFlight);
    PropertySetting.apply(
        PREFIX + "memory-limit",
        properties.memoryLimit(),
        size -> producer.memoryLimit(size.toBytes()));
    PropertySetting.apply(PREFIX + "send-timeout", properties.sendTimeout(), producer::sendTimeout);
    PropertySetting.apply(
        PREFIX + "delivery-timeout",
        properties.deliveryTimeout(),
        timeout -> producer.retry(RetryPolicy.defaults().deliveryTimeout(timeout)));
    customizers.forEach(each -> each.customize(topic, producer));
    return producer;
  }

  private static int bytes(DataSize size) {
    return (int) Math.min(Integer.MAX_VALUE, size.toBytes());
  }
}
