package io.millrace.spring;

import static org.awaitility.Awaitility.await;

import io.millrace.client.Admin;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import io.millrace.embedded.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Tests with a broker, which the tests of a class share. */
abstract class StarterTest {

  static final Duration LONG = Duration.ofSeconds(120);

  static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
    // Loads the classes: the broker's own client does not wait so long for its first connection.
    MillraceClient.builder().server(broker.address()).connectTimeout(LONG).build().close();
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @BeforeEach
  void resetBroker() {
    broker.reset();
    for (String topic : List.of("rides", "bills")) {
      broker.client().admin().createTopic(topic, TopicSpec.partitions(1));
    }
  }

  /** An application with the starter, and the broker's address. */
  static ApplicationContextRunner application() {
    return applicationWithoutAddress().withPropertyValues("millrace.server=" + broker.address());
  }

  static ApplicationContextRunner applicationWithoutAddress() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                PropertyPlaceholderAutoConfiguration.class,
                JacksonAutoConfiguration.class,
                MillraceAutoConfiguration.class,
                MillraceListenerAutoConfiguration.class,
                MillraceHealthAutoConfiguration.class,
                MillraceMetersAutoConfiguration.class));
  }

  static void eventually(Callable<Boolean> condition) {
    await().atMost(LONG).until(condition);
  }

  static Health health(ApplicationContext application) {
    return application.getBean(HealthIndicator.class).health();
  }

  static RunningListener listener(ApplicationContext application) {
    return application.getBean(MillraceListenerRegistry.class).listeners().iterator().next();
  }

  static void send(String... values) {
    try (Producer producer = broker.client().producer("rides").build()) {
      for (String value : values) {
        producer.send(Event.of("k", value));
      }
    }
  }

  /** The position of a group in the only partition of the rides; 0 if it has none. */
  static long committed(String group) {
    Admin admin = broker.client().admin();
    if (admin.listGroups().stream().noneMatch(each -> each.name().equals(group))) {
      return 0;
    }
    return admin.describeGroup(group).partitions().stream()
        .filter(each -> each.topic().equals("rides"))
        .mapToLong(each -> each.position().orElse(0))
        .sum();
  }
}
