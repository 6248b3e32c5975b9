package io.millrace.spring;

import io.millrace.client.Producer;

/**
 * Changes the settings of the producers of the {@link MillraceTemplate}, after the properties are
 * applied. All beans of this type are called, in their order, before a producer is opened.
 */
@FunctionalInterface
public interface ProducerCustomizer {

  /** Changes the settings of the producer of a topic. */
  void customize(String topic, Producer.Builder producer);
}
