package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.client.Admin;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Which beans an application gets, and which of its own replace them. */
class AutoConfigurationTest extends StarterTest {

  @Test
  void anApplicationGetsClientAdminTemplateAndHealth() {
    application()
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).hasSingleBean(MillraceClient.class);
              assertThat(context).hasSingleBean(MillraceTemplate.class);
              Admin admin = context.getBean(Admin.class);
              admin.createTopic("trips", TopicSpec.partitions(2));
              assertThat(admin.describeTopic("trips").partitions()).hasSize(2);
              assertThat(admin.equals(context.getBean(Admin.class))).isTrue();
              assertThat(admin).hasToString("Admin of " + broker.address());
              assertThat(health(context).getStatus()).isEqualTo(Status.UP);
            });
  }

  @Test
  void theNameOfTheApplicationIsTheSourceOfItsEvents() {
    application()
        .withPropertyValues("spring.application.name=dispatch")
        .run(
            context -> {
              context.getBean(MillraceTemplate.class).send("rides", "accepted").join();
              assertThat(broker.events("rides").get(0).source()).isEqualTo("dispatch");
            });
    application()
        .withPropertyValues("spring.application.name=dispatch", "millrace.client-id=gateway-7")
        .run(
            context -> {
              context.getBean(MillraceTemplate.class).send("rides", "accepted").join();
              assertThat(broker.events("rides").get(1).source()).isEqualTo("gateway-7");
            });
  }

  @Test
  void theApplicationsOwnBeansReplaceThoseOfTheStarter() {
    applicationWithoutAddress()
        .withUserConfiguration(Own.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(MillraceClient.class)).isSameAs(Own.client);
              assertThat(context).doesNotHaveBean(ConnectionState.class);
              assertThat(context.getBean(PayloadConverter.class)).isInstanceOf(Shouting.class);
              assertThat(health(context).getStatus()).isEqualTo(Status.UP);
              context.getBean(MillraceTemplate.class).send("rides", 4711).join();
              assertThat(broker.events("rides").get(0).valueAsString()).isEqualTo("4711!");
            });
  }

  @Test
  void aTestReplacesTheAddress() {
    applicationWithoutAddress()
        .withBean(MillraceConnectionDetails.class, () -> broker::address)
        .run(context -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
  }

  @Test
  void customizersChangeTheSettings() {
    application()
        .withUserConfiguration(Customizers.class)
        .run(
            context -> {
              context.getBean(MillraceTemplate.class).send("rides", "accepted").join();
              assertThat(broker.events("rides").get(0).source()).isEqualTo("source of rides");
              eventually(() -> listener(context).state() == ListenerState.RUNNING);
              assertThat(
                      broker
                          .client()
                          .admin()
                          .describeGroup("customized")
                          .members()
                          .get(0)
                          .staticName())
                  .hasValue("worker-customized-listener");
            });
  }

  @Test
  void withoutMicrometerHealthAndJacksonTheStarterWorks() {
    application()
        .withClassLoader(
            new FilteredClassLoader(
                "io.micrometer.core", "org.springframework.boot.health", "tools.jackson"))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(Observers.class);
              assertThat(context).doesNotHaveBean(PayloadConverter.class);
              assertThat(context).doesNotHaveBean("millraceHealthIndicator");
              context.getBean(MillraceTemplate.class).send("rides", "accepted").join();
              assertThat(broker.events("rides")).hasSize(1);
            });
  }

  @Test
  void withoutARegistryThereAreNoMeters() {
    application().run(context -> assertThat(context).doesNotHaveBean(Observers.class));
    application()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(context -> assertThat(context).hasSingleBean(Observers.class));
  }

  @Test
  void healthCanBeSwitchedOff() {
    application()
        .withPropertyValues("management.health.millrace.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void aWrongPropertyStopsTheStartAndIsNamed() {
    application()
        .withPropertyValues("millrace.server=localhost:port")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class)
                    .rootCause()
                    .hasMessageContaining("millrace.server"));
    application()
        .withPropertyValues("millrace.listener.ordering=SOMEHOW")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("Ordering.SOMEHOW"));
  }

  @Test
  void aWrongPropertyOfTheProducersIsNamedByTheFirstSend() {
    application()
        .withPropertyValues("millrace.producer.batch-size=1B")
        .run(
            context ->
                assertThatThrownBy(
                        () -> context.getBean(MillraceTemplate.class).send("rides", "accepted"))
                    .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                    .hasMessageContaining("millrace.producer.batch-size"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {

    static MillraceClient client;

    @Bean
    MillraceClient ownClient() {
      client = MillraceClient.connect(broker.address());
      return client;
    }

    @Bean
    PayloadConverter ownConverter() {
      return new Shouting();
    }

    @Bean
    JsonMapper mapper() {
      return JsonMapper.shared();
    }
  }

  static final class Shouting implements PayloadConverter {

    @Override
    public Object toPayload(byte[] value, Type type) {
      throw new PayloadConversionException("not here", null);
    }

    @Override
    public byte[] toValue(Object payload) {
      return (payload + "!").getBytes(StandardCharsets.UTF_8);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Customizers {

    @Bean
    ProducerCustomizer producers() {
      return (String topic, Producer.Builder producer) -> producer.source("source of " + topic);
    }

    @Bean
    GroupConsumerCustomizer members() {
      return (String id, GroupConsumer.Builder member) -> member.staticName("worker-" + id);
    }

    @MillraceListener(id = "customized-listener", topics = "rides", group = "customized")
    void handle(byte[] value) {}
  }
}
