package io.millrace.server;

import io.millrace.core.Broker;
import io.millrace.core.BrokerClock;
import io.millrace.core.BrokerException;
import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryShare;
import io.millrace.protocol.TimeSpan;
import io.millrace.security.Operation;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.CommonClientSettings;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.quota.Quotas;
import io.millrace.server.security.AccessService;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Authorizer;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import io.millrace.server.status.BrokerSummary;
import io.millrace.server.status.Health;
import io.millrace.server.status.PageRoute;
import io.millrace.server.status.RecoveryPage;
import io.millrace.server.status.StatusPage;
import io.millrace.server.tls.ListenerTls;
import io.millrace.server.tls.TlsReload;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker process: storage, broker and listeners. Any thread.
 *
 * <p>The server first opens the listeners that serve during the recovery, such as HTTP, so that
 * probes get an answer. Then it opens the storage and the broker, and last all other listeners. It
 * stops them in the reverse order.
 *
 * <pre>{@code
 * try (MillraceServer server = MillraceServer.start(ServerConfig.defaults())) {
 *   server.awaitStop();
 * }
 * }</pre>
 */
public final class MillraceServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MillraceServer.class);

  /**
   * The limit of a whole stop, in addition to {@code connections.drainTimeout}. An orderly stop of
   * thousands of partitions on a slow disk takes seconds.
   */
  private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

  /** How much longer than {@code connections.drainTimeout} a listener may take to drain. */
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(5);

  private final ServerConfig config;
  private final BrokerClock clock;
  private final Instant startedAt;
  private final Health health;
  private final InsecureListeners insecure;
  private final RecoveryPage recovery = new RecoveryPage();
  private final ServerMetrics metrics = new ServerMetrics();
  private final EventLoops loops;
  private final OpenListeners recoveryListeners = new OpenListeners(DRAIN_GRACE);
  private final OpenListeners listeners = new OpenListeners(DRAIN_GRACE);
  private final CompletableFuture<Broker> recovered = new CompletableFuture<>();
  private final OpenSecurity security;

  /** Set when the broker is open; empty without quotas. */
  private volatile Optional<Quotas> quotas = Optional.empty();

  /** Whether the start has succeeded. */
  private volatile boolean ready;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private MillraceServer(ServerConfig config, BrokerClock clock, Optional<Authorizer> authorizer) {
    this.config = config;
    this.clock = clock;
    this.startedAt = clock.instant();
    security = new OpenSecurity(config, clock, metrics, recovered, authorizer);
    insecure = new InsecureListeners(config.insecureListeners());
    health = new Health(insecure.all());
    loops = EventLoops.open("millrace-loop", config.threads().eventLoops());
  }

  /**
   * Starts a broker. Blocks until it serves.
   *
   * @throws StartException if the broker cannot start: for example, an address is in use, the data
   *     directory is locked or not writable, or a state of the broker is damaged
   */
  public static MillraceServer start(ServerConfig config) {
    return start(config, BrokerClock.system());
  }

  /**
   * As {@link #start(ServerConfig)}, with the clocks of the caller.
   *
   * @param clock the time of appends, of retention and of the expiry of producers. Intervals and
   *     timeouts follow the machine
   */
  public static MillraceServer start(ServerConfig config, BrokerClock clock) {
    return start(config, clock, Optional.empty());
  }

  static MillraceServer start(ServerConfig config, Authorizer authorizer) {
    return start(config, BrokerClock.system(), Optional.of(authorizer));
  }

  private static MillraceServer start(
      ServerConfig config, BrokerClock clock, Optional<Authorizer> authorizer) {
    long startNanos = System.nanoTime();
    MillraceServer server = new MillraceServer(config, clock, authorizer);
    boolean open = false;
    try {
      server.open();
      open = true;
    } catch (StorageException e) {
      throw StartException.refused(e.code(), e);
    } catch (BrokerException e) {
      throw StartException.refused(e.code(), e);
    } finally {
      if (!open) {
        server.close();
      }
    }
    Broker broker = server.recovered.join();
    LOG.info(
        "event=ready listeners=\"{}\" brokerId={} topics={} engine={} transport={} took={}",
        server.addressesText(),
        broker.brokerId(),
        broker.topics().size(),
        config.storage().engineName(),
        server.loops.transport(),
        TimeSpan.format(Duration.ofNanos(System.nanoTime() - startNanos)));
    return server;
  }

  /** The broker, for a program in the same process. It belongs to this object. */
  public Broker broker() {
    return recovered.join();
  }

  /**
   * The users, tokens and rules, for a program in the same process. The first call may block.
   *
   * @throws StorageException if they cannot be loaded
   */
  public AccessStore access() {
    return security.users();
  }

  /** The port that the native listener is bound to. */
  public int port() {
    return portOf("native");
  }

  /** The port that the HTTP listener is bound to; -1 when it is disabled. */
  public int httpPort() {
    return portOf("http");
  }

  /** The name and the addresses of every listener, such as {@code native 127.0.0.1:9710}. */
  public String addressesText() {
    return config.listeners().keySet().stream()
        .flatMap(name -> addressesOf(name).stream().map(each -> name + " " + each.hostAndPort()))
        .collect(Collectors.joining(", "));
  }

  /** The addresses that a listener is bound to; empty if it is not enabled. */
  public List<ListenAddress> addressesOf(String listener) {
    List<ListenAddress> addresses = recoveryListeners.addressesOf(listener);
    return addresses.isEmpty() ? listeners.addressesOf(listener) : addresses;
  }

  /**
   * Reads the files of TLS again, and uses them for new connections if they are valid. Blocks.
   *
   * @return what was done; empty if no listener uses TLS
   */
  public Optional<TlsReload> reloadTls() {
    return security.reloadTls();
  }

  /** Waits until the broker is closed. */
  public void awaitStop() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops the broker in order: accepts no more connections, tells every client to go, answers the
   * requests in flight for at most {@code connections.drainTimeout}, and closes the broker. Blocks
   * until everything is closed, but no longer than the drain timeout plus two minutes. If this
   * limit is reached, the next start checks the logs as after a crash. A second call waits for the
   * first.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      awaitClosed();
      return;
    }
    try {
      Duration limit = config.connections().drainTimeout().plus(LONGEST_STOP);
      if (!LimitedStop.run(this::shutDown, limit)) {
        LOG.error(
            "event=stop_timeout limit={} the broker did not stop in time; the next start checks its"
                + " logs as after a crash",
            TimeSpan.format(limit));
      }
    } finally {
      closed.countDown();
    }
  }

  private void open() {
    security.openTls();
    insecure.warn(loops.group());
    // Before the recovery, which can take long. The recovery's listeners find it out by themselves.
    config.listeners().values().stream()
        .filter(settings -> !settings.servesDuringRecovery())
        .forEach(settings -> settings.addresses().forEach(FreePort::require));
    openListeners(recoveryListeners, true);
    ResourceCheck resources = ResourceCheck.beforeStorage();
    LogStorage storage = config.storage().engine().open(config.dataDir());
    // Before the recovery, so that people with a credential can watch it.
    security.open(storage);
    Broker broker =
        Broker.open(config.brokerSettings(), storage, loops, clock, health::recovering, metrics);
    recovered.complete(broker);
    openQuotas(broker);
    RecoveryLog.write(broker);
    resources.warn(
        broker.storageNeeds(),
        broker.topics().stream().mapToInt(topic -> topic.partitions().size()).sum(),
        config.clientSettings().limits().maxConnections());
    recovery.ready(broker);
    metrics.watch(broker);
    metrics.bindJvm();
    openListeners(listeners, false);
    health.ready(broker);
    security.started(addressesText());
    ready = true;
  }

  private void openQuotas(Broker broker) {
    if (!config.quotas().isEmpty()) {
      MemoryShare memory = broker.memory().share(MemoryBudget.Use.QUOTAS);
      Quotas opened = Quotas.of(config.quotas(), memory, System::nanoTime);
      metrics.watch(opened);
      quotas = Optional.of(opened);
    }
  }

  private void openListeners(OpenListeners opened, boolean duringRecovery) {
    ListenerContext context = new Context();
    config
        .listeners()
        .forEach(
            (name, settings) -> {
              if (settings.servesDuringRecovery() == duringRecovery) {
                metrics.watch(name, opened.open(name, settings, context));
              }
            });
  }

  private void shutDown() {
    long startNanos = System.nanoTime();
    health.draining();
    if (recovered.isDone()) {
      if (ready) {
        LOG.info("event=draining connections={}", listeners.connections());
      }
      listeners.drain(config.connections().drainTimeout());
    }
    closeAll(listeners, security.access());
    if (ready) {
      security.stopped();
    }
    closeAll(security.audit(), recovered.getNow(null));
    recoveryListeners.drain(config.connections().drainTimeout());
    closeAll(recoveryListeners, loops, security.tls(), metrics);
    if (!ready) {
      return; // The message of the failed start is the last one.
    }
    LOG.info(
        "event=stopped took={}", TimeSpan.format(Duration.ofNanos(System.nanoTime() - startNanos)));
  }

  /** Closes each part, even if an earlier one has failed to close. */
  private static void closeAll(AutoCloseable... parts) {
    for (AutoCloseable part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        LOG.error("event=close_failed part={}", part.getClass().getSimpleName(), e);
      }
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The first port of a listener; -1 if it is not enabled. */
  private int portOf(String listener) {
    return addressesOf(listener).stream().mapToInt(ListenAddress::port).findFirst().orElse(-1);
  }

  private StatusPage metricsPage() {
    return StatusPage.text(200, ServerMetrics.CONTENT_TYPE, metrics.scrape());
  }

  /** The parts of this server that listeners use. */
  private final class Context implements ListenerContext {

    @Override
    public CompletableFuture<Broker> broker() {
      return recovered;
    }

    @Override
    public EventLoops loops() {
      return loops;
    }

    @Override
    public CommonClientSettings clientSettings() {
      return config.clientSettings();
    }

    @Override
    public Authorizer authorizer() {
      return security.authorizer();
    }

    @Override
    public Optional<Quotas> quotas() {
      return quotas;
    }

    @Override
    public Optional<ListenerAudit> audit() {
      return security.listenerAudit();
    }

    @Override
    public Optional<Authentication> authentication() {
      return security.authentication();
    }

    @Override
    public boolean authenticationRequired() {
      return config.authenticationRequired();
    }

    @Override
    public AccessService accessService() {
      return security.accessService();
    }

    @Override
    public List<String> reload() {
      return security.reload();
    }

    @Override
    public AccessStore access() {
      return security.users();
    }

    @Override
    public Optional<ListenerTls> tls(String listener, TlsMode mode, String protocol) {
      return security.tls(listener, mode, protocol);
    }

    @Override
    public ListenerObserver observer() {
      return metrics;
    }

    @Override
    public Map<String, PageRoute> pages() {
      return Map.of(
          "/health/live", PageRoute.forAll(health::live),
          "/health/ready",
              PageRoute.forAll(health::briefReadiness, Operation.DESCRIBE, health::readiness),
          "/recovery", PageRoute.costly(Operation.DESCRIBE, recovery::page),
          "/metrics", PageRoute.costly(Operation.METRICS, MillraceServer.this::metricsPage));
    }

    @Override
    public BrokerSummary summary() {
      return BrokerSummary.of(
          recovered.join(),
          new BrokerSummary.Process(
              startedAt, config.dataDir().toAbsolutePath().normalize(), listeners.connections()));
    }

    @Override
    public List<ListenAddress> addressesOf(String listener) {
      return MillraceServer.this.addressesOf(listener);
    }

    @Override
    public String softwareVersion() {
      String version = MillraceServer.class.getPackage().getImplementationVersion();
      return version == null ? "unpackaged" : version;
    }
  }
}
