package io.millrace.spring;

import io.millrace.client.MillraceClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The methods with {@link MillraceListener}. */
@AutoConfiguration(after = MillraceAutoConfiguration.class)
public final class MillraceListenerAutoConfiguration {

  @Bean
  static MillraceListenerProcessor millraceListenerProcessor() {
    return new MillraceListenerProcessor();
  }

  /** With {@code spring.main.lazy-initialization}, nothing else would make the listeners. */
  @Bean
  static LazyInitializationExcludeFilter millraceListenersAreNotLazy() {
    return (name, definition, type) -> !MillraceListenerProcessor.methods(type).isEmpty();
  }

  @Bean
  MillraceListenerRegistry millraceListenerRegistry(MillraceClient client) {
    return new MillraceListenerRegistry(client);
  }

  @Bean
  ListenerFactory millraceListenerFactory(
      MillraceClient client,
      MillraceProperties properties,
      ObjectProvider<GroupConsumerCustomizer> customizers,
      ObjectProvider<PayloadConverter> converter,
      ObjectProvider<FailedEventHandler> takeOver,
      ObjectProvider<Observers> observers) {
    return new ListenerFactory(
        client,
        properties,
        customizers.orderedStream().toList(),
        converter.getIfAvailable(),
        takeOver.getIfAvailable(),
        observers.getIfAvailable());
  }
}
