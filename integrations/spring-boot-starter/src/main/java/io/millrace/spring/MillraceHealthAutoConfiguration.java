package io.millrace.spring;

import io.millrace.client.MillraceClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health {@code millrace}, if the application has health. */
@AutoConfiguration(after = MillraceListenerAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
public final class MillraceHealthAutoConfiguration {

  @Bean
  @ConditionalOnEnabledHealthIndicator("millrace")
  @ConditionalOnMissingBean(name = "millraceHealthIndicator")
  HealthIndicator millraceHealthIndicator(
      MillraceClient client,
      MillraceConnectionDetails details,
      ObjectProvider<ConnectionState> state,
      MillraceListenerRegistry listeners) {
    return new MillraceHealthIndicator(client, details, state.getIfAvailable(), listeners);
  }
}
