package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.Producer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/** What a listener's method gets, and which events. */
class ListenerTest extends StarterTest {

  private static final Queue<Object> SEEN = new ConcurrentLinkedQueue<>();

  private static void seen(Object... values) {
    SEEN.add(Arrays.asList(values));
  }

  private static void awaitSeen(int count) {
    eventually(() -> SEEN.size() >= count);
  }

  record Ride(String id, List<Integer> stops) {}

  static class EveryArgument {
    @MillraceListener(topics = "rides", group = "every")
    void handle(
        ConsumedEvent event,
        String text,
        byte[] value,
        @EventKey String key,
        @EventKey byte[] keyBytes,
        @EventHeader("trace") String trace,
        @EventHeader(value = "span", required = false) byte[] span,
        Ride ride) {
      seen(event.offset(), text, value.length, key, keyBytes.length, trace, span, ride);
    }
  }

  @Test
  void argumentsAreMadeByType() {
    SEEN.clear();
    application()
        .withBean(EveryArgument.class)
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              Ride ride = new Ride("ride-4711", List.of(3, 4));
              template
                  .send("rides", template.event(ride).key("k7").header("trace", "8a3c").build())
                  .join();
              awaitSeen(1);
              String json = "{\"id\":\"ride-4711\",\"stops\":[3,4]}";
              assertThat(SEEN)
                  .containsExactly(
                      Arrays.asList(0L, json, json.length(), "k7", 2, "8a3c", null, ride));
            });
  }

  static class GenericPayload {
    @MillraceListener(topics = "rides", group = "generic")
    void handle(Map<String, Ride> rides) {
      seen(rides == null ? null : rides.get("a"));
    }
  }

  @Test
  void typeArgumentsAndMissingValuesArrive() {
    SEEN.clear();
    application()
        .withBean(GenericPayload.class)
        .run(
            context -> {
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              Ride ride = new Ride("ride-4711", List.of());
              template.send("rides", Map.of("a", ride)).join();
              template.send("rides", (Object) null).join();
              awaitSeen(2);
              assertThat(SEEN).containsExactly(List.of(ride), Collections.singletonList(null));
            });
  }

  static class Filtered {
    @MillraceListener(
        id = "filtered",
        topics = {"${my.topics}"},
        group = "#{'fil' + 'tered'}",
        where = "value contains '${my.word}'",
        sources = "a,b",
        concurrency = "${my.threads:4}",
        ordering = "key")
    void handle(ConsumedEvent event) {
      seen(event.topic(), event.valueAsString());
    }
  }

  @Test
  void theBrokerFiltersAndTextsAreResolved() {
    SEEN.clear();
    application()
        .withBean(Filtered.class)
        .withPropertyValues("my.topics=rides, bills", "my.word=fare")
        .run(
            context -> {
              assertThat(listener(context).id()).isEqualTo("filtered");
              assertThat(listener(context).group()).isEqualTo("filtered");
              for (String topic : List.of("rides", "bills")) {
                try (Producer producer = broker.client().producer(topic).build()) {
                  producer.send(Event.builder().source("a").value("no money").build());
                  producer.send(Event.builder().source("c").value("fare of c").build());
                  producer.send(Event.builder().source("b").value("fare of b").build());
                }
              }
              awaitSeen(2);
              assertThat(SEEN)
                  .containsExactlyInAnyOrder(
                      List.of("rides", "fare of b"), List.of("bills", "fare of b"));
            });
  }

  static class Parallel {
    final CountDownLatch together = new CountDownLatch(2);

    @MillraceListener(topics = "rides", group = "parallel")
    void handle(String value) throws InterruptedException {
      together.countDown();
      together.await();
      seen(value);
    }
  }

  @Test
  void propertiesAreTheDefaultsOfTheAnnotation() {
    SEEN.clear();
    application()
        .withBean(Parallel.class)
        .withPropertyValues("millrace.listener.concurrency=2", "millrace.listener.ordering=none")
        .run(
            context -> {
              send("one", "two"); // of one key: only without an ordering they run together
              awaitSeen(2);
            });
  }

  static class Proxied {
    @MillraceListener(topics = "rides", group = "proxied")
    void handle(String value) {
      seen(value);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ProxiedBean {
    @Bean
    Proxied proxied() {
      ProxyFactory factory = new ProxyFactory(new Proxied());
      factory.setProxyTargetClass(true);
      return (Proxied) factory.getProxy();
    }
  }

  @Test
  void aListenerMayBehindAProxy() {
    SEEN.clear();
    application()
        .withUserConfiguration(ProxiedBean.class)
        .run(
            context -> {
              send("accepted");
              awaitSeen(1);
            });
  }

  @Configuration(proxyBeanMethods = false)
  @Import(StarterApplication.class)
  static class LazyBeans {
    @Bean
    Proxied usual() {
      return new Proxied();
    }

    @Bean
    @Lazy
    EveryArgument neverUsed() {
      return new EveryArgument();
    }
  }

  @Test
  void lazyInitializationDoesNotKeepListenersFromStarting() {
    SEEN.clear();
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(LazyBeans.class)
            .web(WebApplicationType.NONE)
            .run(
                "--millrace.server=" + broker.address(),
                "--spring.main.lazy-initialization=true")) {
      assertThat(context.getBean(MillraceListenerRegistry.class).listeners())
          .extracting(RunningListener::group)
          .containsExactly("proxied");
      assertThat(context.getBean(EveryArgument.class)).isNotNull();
      assertThat(context.getBean(MillraceListenerRegistry.class).listener("neverUsed.handle"))
          .isPresent();
      send("accepted");
      awaitSeen(1);
    }
  }

  static class Manual {
    @MillraceListener(id = "manual", topics = "rides", group = "manual", autoStartup = "false")
    void handle(String value) {
      seen(value);
    }
  }

  @Test
  void anApplicationStartsAndStopsAListener() {
    SEEN.clear();
    application()
        .withBean(Manual.class)
        .run(
            context -> {
              RunningListener manual =
                  context.getBean(MillraceListenerRegistry.class).listener("manual").orElseThrow();
              assertThat(manual.state()).isEqualTo(ListenerState.STOPPED);
              send("one");
              manual.start();
              awaitSeen(1);
              manual.stop();
              assertThat(manual.state()).isEqualTo(ListenerState.STOPPED);
              assertThat(committed("manual")).isEqualTo(1);
              send("two");
              manual.start();
              manual.start();
              awaitSeen(2);
              assertThat(SEEN).containsExactly(List.of("one"), List.of("two"));
            });
  }
}
