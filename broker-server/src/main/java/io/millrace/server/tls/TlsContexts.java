package io.millrace.server.tls;

import io.millrace.protocol.Quoted;
import io.millrace.protocol.TimeSpan;
import io.millrace.server.settings.TlsSettings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the broker, for all listeners. A thread compares the times and sizes of its
 * files every 10 s. If they have changed, the new files are read and checked completely, and then
 * used for new connections. If they cannot be used, the broker keeps what it has. Open connections
 * are not touched. Any thread, but not an event loop: all methods read files.
 */
public final class TlsContexts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

  /** What was read from the files. */
  private record Loaded(KeyMaterial material, Optional<TrustManagerFactory> trust) {}

  private final TlsSettings settings;
  private final TlsEngine engine;
  private final InstantSource clock;
  private final List<Path> files;
  private final TlsFailures failures = new TlsFailures();
  private final EncryptionMemory memory = EncryptionMemory.ofThisJvm();
  private final HandshakeTasks tasks = new HandshakeTasks();
  private final ScheduledThreadPoolExecutor watcher;

  private final List<ListenerTls> listeners = new ArrayList<>(); // guarded by this
  private FileStamps stamps; // guarded by this
  private volatile Loaded loaded;
  private ExpiryWarning warning = new ExpiryWarning(); // guarded by this

  private TlsContexts(TlsSettings settings, TlsEngine engine, InstantSource clock)
      throws TlsException {
    this.settings = settings;
    this.engine = engine;
    this.clock = clock;
    files =
        Stream.of(
                settings.certificate(),
                settings.key(),
                settings.keystore(),
                settings.keystorePasswordFile(),
                settings.clientCa(),
                settings.clientCrl())
            .flatMap(Optional::stream)
            .toList();
    stamps = FileStamps.of(files);
    loaded = load();
    watcher = new ScheduledThreadPoolExecutor(1, TlsContexts::newThread);
  }

  /**
   * Reads the certificate, and begins to watch its files. Blocks.
   *
   * @param settings with a certificate
   * @param clock for the expiry of certificates
   * @throws TlsException if the certificate or another file cannot be used
   */
  public static TlsContexts open(TlsSettings settings, InstantSource clock) throws TlsException {
    TlsContexts contexts = new TlsContexts(settings, TlsEngine.of(settings.provider()), clock);
    LOG.info(
        "event=tls_ready provider={} version={} minVersion={} certificate={} expires={}",
        contexts.engine.name(),
        Quoted.logValue(contexts.engine.version()),
        settings.minVersionText(),
        Quoted.logValue(contexts.loaded.material.subject()),
        contexts.expiry());
    contexts.warnOfExpiry();
    contexts.watcher.scheduleWithFixedDelay(
        contexts::check,
        CHECK_INTERVAL.toMillis(),
        CHECK_INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
    return contexts;
  }

  /**
   * The TLS of a listener.
   *
   * @param name of the listener, for the log
   * @param protocol that it serves, as ALPN names it
   * @throws TlsException if the implementation of TLS does not take the certificate
   */
  public synchronized ListenerTls listener(String name, String protocol) throws TlsException {
    ListenerTls listener =
        new ListenerTls(
            name,
            protocol,
            new CertificatePrincipals(settings.principals()),
            failures,
            memory,
            tasks,
            context(loaded, protocol));
    listeners.add(listener);
    return listener;
  }

  /** Reads the files now, also if they seem the same. */
  public synchronized TlsReload reload() {
    // Before the files: a change meanwhile is then found by the next check.
    stamps = FileStamps.of(files);
    try {
      Loaded next = load();
      swap(next);
      LOG.info(
          "event=tls_reloaded certificate={} expires={}",
          Quoted.logValue(next.material.subject()),
          next.material.expiry());
      return result(Optional.empty());
    } catch (TlsException e) {
      LOG.warn(
          "event=tls_reload_failed reason={} the broker keeps the certificate that expires at {};"
              + " put files that belong together in place, and it reads them again",
          Quoted.logValue(e.getMessage()),
          expiry());
      return result(Optional.of(e.getMessage()));
    }
  }

  private TlsReload result(Optional<String> problem) {
    return new TlsReload(problem, loaded.material.subject(), expiry());
  }

  /** Builds all contexts before the first is used. */
  private void swap(Loaded next) throws TlsException {
    Map<ListenerTls, SslContext> built = new LinkedHashMap<>();
    try {
      for (ListenerTls each : listeners) {
        built.put(each, context(next, each.protocol()));
      }
    } catch (TlsException e) {
      built.values().forEach(ReferenceCountUtil::release);
      throw e;
    }
    loaded = next;
    built.forEach(ListenerTls::replace);
    warning = new ExpiryWarning();
  }

  /** Reloads if a file has changed. */
  synchronized void check() {
    try {
      if (!FileStamps.of(files).equals(stamps)) {
        reload();
      }
      warnOfExpiry();
    } catch (RuntimeException | Error e) {
      LOG.error("event=tls_check_failed", e);
    }
  }

  private synchronized void warnOfExpiry() {
    Instant now = clock.instant();
    if (!warning.isDue(now, expiry())) {
      return;
    }
    LOG.warn(
        "event=tls_certificate_expires certificate={} expires={} left={} replace its files; the"
            + " broker reads them by itself",
        Quoted.logValue(loaded.material.subject()),
        expiry(),
        left(Duration.between(now, expiry())));
  }

  private static String left(Duration left) {
    if (left.isNegative()) {
      return "none";
    }
    return TimeSpan.format(
        left.toDays() > 0 ? Duration.ofDays(left.toDays()) : Duration.ofHours(left.toHours()));
  }

  /** The subject of the certificate. */
  public String subject() {
    return loaded.material.subject();
  }

  /** When the certificate, or the first one of its issuers, expires. */
  public Instant expiry() {
    return loaded.material.expiry();
  }

  /** The kinds of failures, as labels of metrics. */
  public static List<String> failureKinds() {
    return Stream.of(TlsFailure.values()).map(TlsFailure::label).toList();
  }

  /** The number of connections whose TLS failed since the start, of one kind. */
  public long failures(String kind) {
    return Stream.of(TlsFailure.values())
        .filter(each -> each.label().equals(kind))
        .mapToLong(failures::count)
        .sum();
  }

  private Loaded load() throws TlsException {
    Instant now = clock.instant();
    KeyMaterial material = KeyMaterial.read(settings, now);
    return new Loaded(
        material,
        settings.clientCa().isPresent()
            ? Optional.of(ClientTrust.read(settings, now))
            : Optional.empty());
  }

  private SslContext context(Loaded from, String protocol) throws TlsException {
    return engine.context(settings, from.material, from.trust, protocol);
  }

  private static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "millrace-tls-files");
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the threads. Call when the listeners and their event loops have ended. */
  @Override
  public synchronized void close() {
    watcher.shutdownNow();
    tasks.close();
    listeners.forEach(ListenerTls::close);
    listeners.clear();
  }
}
