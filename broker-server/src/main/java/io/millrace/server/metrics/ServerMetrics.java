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
import io.millrace.core.FilterCounts;
import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryShare;
import io.millrace.protocol.ErrorCode;
import io.millrace.server.audit.AuditCounters;
import io.millrace.server.audit.AuditResult;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.quota.Quotas;
import io.millrace.server.tls.TlsContexts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a broker process. The core and the listeners report events on their hot paths. The
 * values of topics and partitions are read at each scrape. Any thread.
 */
public final class ServerMetrics implements BrokerObserver, ListenerObserver, AutoCloseable {

  /** The content type of {@link #scrape()}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** The number of partitions that have metrics of their own; it limits the size of a scrape. */
  private static final int MAX_PARTITIONS = 5_000;

  /** The number of partitions of groups that have metrics. */
  private static final int MAX_GROUP_PARTITIONS = 2_000;

  /** The number of clients and sources with a quota that have metrics. */
  private static final int MAX_QUOTA_SUBJECTS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(ServerMetrics.class);

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
  private final GroupMeters groups = new GroupMeters(registry, MAX_GROUP_PARTITIONS);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Null without quotas. */
  private volatile QuotaMeters quotas;

  private final Timer appends;
  private final Timer forces;
  private final Counter accepted;
  private final Counter reopenings;

  /** Creates the metrics, all of them zero. */
  public ServerMetrics() {
    appends = latency("millrace.append", "Time to check and append a batch, without its fsync");
    forces = latency("millrace.force", "Time to fsync one partition");
    accepted =
        Counter.builder("millrace.connections.accepted")
            .description("Connections accepted since the start")
            .register(registry);
    reopenings =
        Counter.builder("millrace.partition.reopenings")
            .description(
                "Times that a partition began to open its log again: it was fenced, or an opening had"
                    + " failed for lack of a resource")
            .register(registry);
    Gauge.builder("millrace.connections", connections, AtomicInteger::get)
        .description("Open connections of clients; HTTP is not included")
        .register(registry);
    Gauge.builder("millrace.connections.unsent.bytes", this, ServerMetrics::unsentBytes)
        .description("Bytes that wait for clients to take them")
        .register(registry);
    Gauge.builder("millrace.connections.unfinished.bytes", this, ServerMetrics::unfinishedBytes)
        .description("Memory of requests that have not come completely")
        .register(registry);
  }

  /** Adds the metrics of the JVM. */
  public void bindJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  /** Adds the metrics of the broker and its topics. */
  public void watch(Broker broker) {
    topics.watch(broker);
    groups.watch(broker, registry);
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      watch(use, broker.memory().share(use));
    }
    FunctionCounter.builder(
            "millrace.storage.verified.bytes",
            broker,
            CounterValue.of(each -> each.verification().verifiedBytes()))
        .description("Bytes that the background verification has checked")
        .register(registry);
    Gauge.builder(
            "millrace.storage.unverified.bytes",
            broker,
            each -> each.verification().unverifiedBytes())
        .description("Bytes that the background verification has still to check")
        .register(registry);
    watchFilters(broker);
  }

  /** Adds the metrics of quotas. */
  public void watch(Quotas watched) {
    quotas = new QuotaMeters(registry, watched, MAX_QUOTA_SUBJECTS);
  }

  /** Adds the metrics of the audit log. */
  public void watch(AuditCounters audit) {
    for (AuditResult result : AuditResult.values()) {
      FunctionCounter.builder(
              "millrace.audit.events", audit, CounterValue.of(each -> each.events(result)))
          .description("Events of the audit log, with those that were counted and not written")
          .tag("result", result.text())
          .register(registry);
    }
    dropped("log", audit, AuditCounters::droppedFromLog);
    dropped("topic", audit, AuditCounters::droppedFromTopic);
  }

  private void dropped(
      String target, AuditCounters audit, ToDoubleFunction<AuditCounters> counter) {
    FunctionCounter.builder("millrace.audit.dropped", audit, CounterValue.of(counter))
        .description("Events that are missing in the audit log, or in its topic")
        .tag("target", target)
        .register(registry);
  }

  /** Counts authentications. Not the type of its interface, which would be loaded without it. */
  public AuthenticationMeters authentications() {
    return new AuthenticationMeters(registry);
  }

  /** Adds the metrics of TLS. */
  public void watch(TlsContexts watched) {
    TlsMeters.watch(watched, registry);
  }

  private void watchFilters(Broker broker) {
    count("scanned.events", "Events that filters have tested", broker, FilterCounts::scanned);
    count("matched.events", "Tested events that match", broker, FilterCounts::matched);
    count(
        "type.mismatches",
        "Events in which a filter met a value of another type",
        broker,
        FilterCounts::typeMismatches);
    count(
        "not.json.events",
        "Events whose value a filter read as JSON, and which is not",
        broker,
        FilterCounts::notJson);
    count(
        "patterns.skipped",
        "Events with a text too long for a regular expression of a filter",
        broker,
        FilterCounts::patternsSkipped);
    count(
        "read.bytes", "Bytes of logs that were read for filters", broker, FilterCounts::readBytes);
    count(
        "skipped.bytes",
        "Bytes of logs that filters have passed over without reading",
        broker,
        FilterCounts::skippedBytes);
    FunctionCounter.builder(
            "millrace.filter.seconds",
            broker,
            CounterValue.of(each -> each.filterActivity().nanos() / 1e9))
        .description("CPU time that filters have taken on reader threads")
        .register(registry);
  }

  private void count(
      String name, String description, Broker broker, ToLongFunction<FilterCounts> counter) {
    FunctionCounter.builder(
            "millrace.filter." + name,
            broker,
            CounterValue.of(each -> counter.applyAsLong(each.filterActivity().counts())))
        .description(description)
        .register(registry);
  }

  private void watch(MemoryBudget.Use use, MemoryShare share) {
    String tag = use.name().toLowerCase(Locale.ROOT);
    Gauge.builder("millrace.memory.reserved.bytes", share, MemoryShare::used)
        .description("Bytes of memory that one kind of objects has reserved")
        .tag("use", tag)
        .register(registry);
    Gauge.builder("millrace.memory.limit.bytes", share, MemoryShare::limit)
        .description("Most bytes of memory that one kind of objects may reserve")
        .tag("use", tag)
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

  private double unfinishedBytes() {
    return listeners.stream().mapToLong(Listener::unfinishedBytes).sum();
  }

  /**
   * All metrics, in the Prometheus text format. If a value cannot be read, it is NaN. If the topics
   * cannot be listed, the series of the last scrape are on the page, and a comment at its end.
   */
  public String scrape() {
    try {
      topics.refresh();
      groups.refresh();
      if (quotas != null) {
        quotas.refresh();
      }
    } catch (RuntimeException | Error e) {
      LOG.debug("event=topic_metrics_failed", e);
      return registry.scrape()
          + "# The topics are those of the last scrape, because they could not be listed.\n";
    }
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

  /** Does nothing: the listener counts all refusals, including this one. */
  @Override
  public void refused(BrokerException cause) {}

  @Override
  public void reopening() {
    reopenings.increment();
  }

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
    Counter.builder("millrace.connections.sent.away")
        .description("Connections that the broker closed, by error code")
        .tag("reason", reason.name())
        .register(registry)
        .increment();
  }

  @Override
  public void refused(ErrorCode reason) {
    Counter.builder("millrace.requests.refused")
        .description("Refused requests, by error code")
        .tag("code", reason.name())
        .register(registry)
        .increment();
  }

  @Override
  public RequestTimer timer(String api) {
    Timer timer =
        Timer.builder("millrace.request")
            .description("Time from the last byte of a request to its answer")
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
