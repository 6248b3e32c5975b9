package io.millrace.spring;

import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client, its administration, and the template. A bean of the application of one of these types
 * takes its place.
 */
@AutoConfiguration(
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@EnableConfigurationProperties(MillraceProperties.class)
public final class MillraceAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  MillraceConnectionDetails millraceConnectionDetails(MillraceProperties properties) {
    return properties::server;
  }

  @Bean
  @ConditionalOnMissingBean
  Admin millraceAdmin(MillraceClient client) {
    return client.admin();
  }

  @Bean
  @ConditionalOnMissingBean
  MillraceTemplate millraceTemplate(
      MillraceClient client,
      MillraceProperties properties,
      ObjectProvider<ProducerCustomizer> customizers,
      ObjectProvider<PayloadConverter> converter,
      ObjectProvider<Observers> observers) {
    return new MillraceTemplate(
        client,
        new ConfiguredProducers(properties.producer(), customizers.orderedStream().toList()),
        properties.producer().maxTopics(),
        converter.getIfAvailable(),
        observers.getIfAvailable());
  }

  /** The client of the starter, and what it knows of its connection. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(MillraceClient.class)
  static class Client {

    @Bean
    ConnectionState millraceConnectionState() {
      return new ConnectionState();
    }

    @Bean
    ConnectingClient millraceClient(
        MillraceConnectionDetails details,
        MillraceProperties properties,
        Environment environment,
        ConnectionState millraceConnectionState,
        ObjectProvider<MillraceClientCustomizer> customizers) {
      ConfiguredClient settings =
          new ConfiguredClient(
              details,
              properties,
              environment.getProperty("spring.application.name"),
              millraceConnectionState,
              customizers.orderedStream().toList());
      return new ConnectingClient(settings, properties, millraceConnectionState);
    }
  }

  /** JSON, if the application has Jackson. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(JsonMapper.class)
  static class Json {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(JsonMapper.class)
    PayloadConverter millracePayloadConverter(JsonMapper mapper) {
      return new JacksonPayloadConverter(mapper);
    }
  }
}
