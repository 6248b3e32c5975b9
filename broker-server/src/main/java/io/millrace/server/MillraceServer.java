package io.millrace.server;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.protocol.TimeSpan;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.http.HttpListener;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.metrics.ServerMetrics;
import io.millrace.server.nativeprotocol.NativeListener;
import io.millrace.server.status.Health;
import io.millrace.server.status.RecoveryPage;
import io.millrace.server.status.StatusPage;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker process: storage, broker, native listener and HTTP port. Any thread.
 *
 * <p>It starts from the outside in, so that probes are answered first, and is ready last: HTTP,
 * storage and broker, native listener. It stops the other way round.
 *
 * <pre>{@code
 * try (MillraceServer server = MillraceServer.start(ServerConfig.defaults())) {
 *   server.awaitStop();
 * }
 * }</pre>
 */
public final class MillraceServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MillraceServer.class);

  private final ServerConfig config;
  private final Health health = new Health();
  private final RecoveryPage recovery = new RecoveryPage();
  private final ServerMetrics metrics = new ServerMetrics();
  private final EventLoops loops;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  // Null where the start has not come so far, or HTTP is disabled.
  private HttpListener http;
  private Broker broker;
  private NativeListener listener;

  private MillraceServer(ServerConfig config) {
    this.config = config;
    loops = EventLoops.open("millrace-loop", config.threads().eventLoops());
  }

  /**
   * Starts a broker. Blocks until it serves.
   *
   * @throws StartException if it cannot: a port in use, a data directory locked or not writable, a
   *     log that cannot be trusted
   */
  public static MillraceServer start(ServerConfig config) {
    long startNanos = System.nanoTime();
    MillraceServer server = new MillraceServer(config);
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
    LOG.info(
        "event=ready port={} httpPort={} brokerId={} topics={} engine={} transport={} took={}",
        server.port(),
        server.httpPort(),
        server.broker.brokerId(),
        server.broker.topics().size(),
        config.storage().engineName(),
        server.loops.transport(),
        TimeSpan.format(Duration.ofNanos(System.nanoTime() - startNanos)));
    return server;
  }

  /** The port that the native listener is bound to. */
  public int port() {
    return listener.port();
  }

  /** The port that the HTTP listener is bound to; -1 when it is disabled. */
  public int httpPort() {
    return http == null ? -1 : http.port();
  }

  /** Waits until the broker is closed. */
  public void awaitStop() throws InterruptedException {
    closed.await();
  }

  /**
   * Shuts down in order: accepts no more, tells every client to go, answers what is under way as
   * long as {@code connections.drainTimeout} allows, closes the broker. Blocks until all is closed;
   * a second call waits for the first.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      awaitClosed();
      return;
    }
    try {
      shutDown();
    } finally {
      closed.countDown();
    }
  }

  private void open() {
    if (config.http().enabled()) {
      openHttp();
    }
    broker =
        Broker.open(
            CoreSettings.of(config),
            config.storage().engine().open(config.dataDir()),
            loops,
            InstantSource.system(),
            health::recovering,
            metrics);
    RecoveryLog.write(broker);
    recovery.ready(broker);
    metrics.watch(broker);
    metrics.bindJvm();
    try {
      listener =
          NativeListener.open(config, broker, loops, softwareVersion(), whereHttpIs(), metrics);
    } catch (IOException e) {
      throw StartException.listen(config.listen(), e);
    }
    metrics.watch(listener);
    health.ready(broker);
  }

  private void openHttp() {
    Map<String, StatusPage.Source> pages =
        Map.of(
            "/health/live", health::live,
            "/health/ready", health::readiness,
            "/recovery", recovery::page,
            "/metrics", () -> StatusPage.text(200, ServerMetrics.CONTENT_TYPE, metrics.scrape()));
    try {
      http = HttpListener.open(config.http(), pages);
    } catch (IOException e) {
      throw StartException.http(config.http(), e);
    }
  }

  private void shutDown() {
    long startNanos = System.nanoTime();
    health.draining();
    if (listener != null) {
      LOG.info("event=draining connections={}", listener.connections());
      listener.drain(config.connections().drainTimeout());
    }
    closeAll(listener, broker, loops, metrics, http);
    LOG.info(
        "event=stopped took={}", TimeSpan.format(Duration.ofNanos(System.nanoTime() - startNanos)));
  }

  /** Closes each, whatever becomes of the others. */
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

  private String whereHttpIs() {
    return http == null
        ? "Its HTTP port is disabled (http.enabled)."
        : "Health and metrics are on HTTP port " + http.port() + ".";
  }

  private static String softwareVersion() {
    String version = MillraceServer.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
