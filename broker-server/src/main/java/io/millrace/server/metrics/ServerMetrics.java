package io.millrace.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.BrokerObserver;
import io.millrace.protocol.ErrorCode;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All counters of a broker process. Core and listener tell it what happens, on their hot paths;
 * topics and partitions are asked when somebody scrapes. Any thread.
 */
public final class ServerMetrics implements BrokerObserver, ListenerObserver, AutoCloseable {

  /** The content type of {@link #scrape()}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Partitions that have series of their own, so that a scrape stays small. */
  private static final int MAX_PARTITIONS = 5_000;

  private static final Duration[] LATENCY_BUCKETS = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final TopicMeters topics = new TopicMeters(registry, MAX_PARTITIONS);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Timer appends;
  private final Timer forces;
  private final Counter accepted;

  /** Metrics that nothing has been told to yet. */
  public ServerMetrics() {
    appends = latency("millrace.append", "Checking and appending a batch, without its force");
    forces = latency("millrace.force", "Forcing one partition to disk");
    accepted =
        Counter.builder("millrace.connections.accepted")
            .description("Connections accepted since the start")
            .register(registry);
    registry.gauge("millrace.connections", connections);
    Gauge.builder("millrace.connections.unsent.bytes", this, ServerMetrics::unsentBytes)
        .description("Bytes that wait for clients to take them")
        .register(registry);
  }

  /** Begins to watch the JVM. */
  public void bindJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  /** Begins to tell of a broker's topics. */
  public void watch(Broker broker) {
    topics.watch(broker);
    FunctionCounter.builder(
            "millrace.storage.verified.bytes", broker, each -> each.verification().verifiedBytes())
        .description("Bytes stored before the start that were checked in the background")
        .register(registry);
    Gauge.builder(
            "millrace.storage.unverified.bytes",
            broker,
            each -> each.verification().unverifiedBytes())
        .description("Bytes stored before the start that are still to be checked")
        .register(registry);
  }

  /** Adds the metrics of a listener. */
  public void watch(String name, Listener listener) {
    listeners.add(listener);
    Gauge.builder("millrace.listener.connections", listener, Listener::connections)
        .description("Open connections of a listener")
        .tag("listener", name)
        .register(registry);
  }

  private double unsentBytes() {
    return listeners.stream().mapToLong(Listener::unsentBytes).sum();
  }

  /** Everything in the Prometheus text format. */
  public String scrape() {
    topics.refresh();
    return registry.scrape();
  }

  @Override
  public void appended(int events, int bytes, long nanos) {
    appends.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void forced(long nanos) {
    forces.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The listener tells of every refusal, this one included. */
  @Override
  public void refused(BrokerException cause) {}

  @Override
  public void connected() {
    connections.incrementAndGet();
    accepted.increment();
  }

  @Override
  public void disconnected() {
    connections.decrementAndGet();
  }

  @Override
  public void sentAway(ErrorCode reason) {
    registry.counter("millrace.connections.sent.away", "reason", reason.name()).increment();
  }

  @Override
  public void refused(ErrorCode reason) {
    registry.counter("millrace.requests.refused", "code", reason.name()).increment();
  }

  @Override
  public RequestTimer timer(String api) {
    Timer timer =
        Timer.builder("millrace.request")
            .description("From the last byte of a request to its answer")
            .tag("api", api)
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  private Timer latency(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(LATENCY_BUCKETS)
        .register(registry);
  }
}
