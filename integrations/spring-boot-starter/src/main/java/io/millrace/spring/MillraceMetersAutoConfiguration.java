package io.millrace.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The meters {@code millrace.*}, if the application has a registry of Micrometer. */
@AutoConfiguration(
    before = MillraceAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure"
            + ".CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class MillraceMetersAutoConfiguration {

  @Bean
  Observers millraceMeters(MeterRegistry registry, ObjectProvider<ConnectionState> state) {
    MillraceMeters meters = new MillraceMeters(registry);
    state.ifAvailable(meters::connection);
    return meters;
  }
}
