package io.millrace.server.config;

import static io.millrace.server.settings.Bounds.GIB;
import static io.millrace.server.settings.Bounds.KIB;
import static io.millrace.server.settings.Bounds.MIB;

import io.millrace.core.BrokerSettings;
import io.millrace.core.TopicSettings;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.server.listener.CommonClientSettings;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.AuditSettings;
import io.millrace.server.settings.Bounds;
import io.millrace.server.settings.ConnectionSettings;
import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.Limits;
import io.millrace.server.settings.OidcSettings;
import io.millrace.server.settings.QuotaSettings;
import io.millrace.server.settings.SecuritySettings;
import io.millrace.server.settings.SettingValues;
import io.millrace.server.settings.TlsSettings;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.StorageEngine;
import io.netty.util.internal.PlatformDependent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All settings of a broker process. Immutable. Each part of the server gets its own record.
 *
 * <p>A setting is one record component, one line with its key and default in the {@code from}
 * method of the record, and one entry with a comment in {@code config/broker.yaml}.
 *
 * @param dataDir the directory for all data; an engine that stores elsewhere ignores it
 * @param listeners the settings of the enabled listeners, by name
 */
public record ServerConfig(
    Path dataDir,
    Storage storage,
    Topics topics,
    RetentionThread retention,
    Limits limits,
    ConnectionSettings connections,
    QuotaSettings quotas,
    TlsSettings tls,
    SecuritySettings security,
    OidcSettings oidc,
    AuditSettings audit,
    Threads threads,
    Map<String, ListenerSettings> listeners) {

  public ServerConfig {
    Objects.requireNonNull(dataDir, "dataDir");
    listeners = Collections.unmodifiableMap(new LinkedHashMap<>(listeners));
    Bounds.count("topics.partitions", topics.partitions(), 1, limits.maxPartitionsPerTopic());
    new StartRule(listeners, tls, security).check(dataDir);
  }

  /** The defaults of all settings. */
  public static ServerConfig defaults() {
    return from(new SettingValues(), Providers.installed());
  }

  static ServerConfig from(SettingValues settings, Providers providers) {
    return new ServerConfig(
        settings.path("dataDir", "data"),
        Storage.from(settings, providers),
        Topics.from(settings),
        RetentionThread.from(settings),
        Limits.from(settings),
        ConnectionSettings.from(settings),
        QuotaSettings.from(settings),
        TlsSettings.from(settings),
        SecuritySettings.from(settings),
        OidcSettings.from(settings),
        AuditSettings.from(settings),
        Threads.from(settings),
        providers.configureListeners(settings));
  }

  /** These settings with another storage engine. */
  public ServerConfig withEngine(StorageEngine engine) {
    return new ServerConfig(
        dataDir,
        new Storage(
            storage.engineName(),
            engine,
            storage.segmentBytes(),
            storage.flushInterval(),
            storage.flusherThreads(),
            storage.readerThreads(),
            storage.recoveryThreads(),
            storage.checkpointBytes()),
        topics,
        retention,
        limits,
        connections,
        quotas,
        tls,
        security,
        oidc,
        audit,
        threads,
        listeners);
  }

  /**
   * The listeners that other machines can reach and that lack TLS or authentication, which the user
   * has allowed. Blocks while host names are resolved.
   */
  public List<InsecureListener> insecureListeners() {
    return new StartRule(listeners, tls, security).insecureListeners();
  }

  /** Whether a listener uses TLS. */
  public boolean usesTls() {
    return listeners.values().stream().anyMatch(each -> each.tls().isOn(tls.hasCertificate()));
  }

  /** The settings of the broker core. */
  public BrokerSettings brokerSettings() {
    return new BrokerSettings(
        new BatchLimits(
            Math.toIntExact(limits.maxEventBytes()),
            Math.toIntExact(limits.maxBatchBytes()),
            Math.toIntExact(limits.maxUncompressedBatchBytes())),
        limits.maxTopics(),
        limits.maxPartitions(),
        limits.maxPartitionsPerTopic(),
        limits.maxProducersPerPartition(),
        limits.producerExpiry(),
        limits.maxNamedProducers(),
        // Each connection has a limit of its own. Their sum limits the subscriptions of the broker.
        Integer.MAX_VALUE,
        storage.flushInterval(),
        storage.flusherThreads(),
        storage.readerThreads(),
        storage.recoveryThreads(),
        retention.checkInterval(),
        storage.checkpointBytes(),
        Runtime.getRuntime().maxMemory(),
        PlatformDependent.maxDirectMemory(),
        new TopicSettings(
            topics.retentionTime(),
            topics.retentionBytes(),
            // An engine ignores the settings that it does not read.
            new SegmentSizes(Math.toIntExact(storage.segmentBytes())).toSettings()));
  }

  /** Whether there is an audit log. */
  public boolean isAudited() {
    return audit.isEnabled(authenticationRequired());
  }

  /** Whether clients must log in. */
  public boolean authenticationRequired() {
    return security.authentication() == SecuritySettings.Authentication.REQUIRED;
  }

  /** The settings that hold for the clients of all listeners. */
  public CommonClientSettings clientSettings() {
    return new CommonClientSettings(limits, connections, topics.partitions());
  }

  /**
   * Storage.
   *
   * @param engineName name of the engine that is used
   * @param engine the engine that is used, with its own settings
   * @param segmentBytes largest segment of a topic that does not set its own
   * @param flushInterval longest time from storing an event to its fsync when no producer waits
   * @param flusherThreads number of partitions that are fsynced at the same time
   * @param readerThreads threads for reads from disk and for scans
   * @param recoveryThreads number of partitions that are opened at the same time
   * @param checkpointBytes a partition saves a checkpoint each time this many bytes were appended
   */
  public record Storage(
      String engineName,
      StorageEngine engine,
      long segmentBytes,
      Duration flushInterval,
      int flusherThreads,
      int readerThreads,
      int recoveryThreads,
      long checkpointBytes) {

    private static final String DEFAULT_ENGINE = "mapped";

    public Storage {
      Bounds.size("storage.segmentBytes", segmentBytes, 64 * KIB, GIB);
      Bounds.duration(
          "storage.flushInterval", flushInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
      Bounds.count("storage.flusherThreads", flusherThreads, 1, 64);
      Bounds.count("storage.readerThreads", readerThreads, 1, 64);
      Bounds.count("storage.recoveryThreads", recoveryThreads, 1, 64);
      Bounds.size("storage.checkpointBytes", checkpointBytes, MIB, 1024 * GIB);
    }

    static Storage from(SettingValues settings, Providers providers) {
      // In the order of config/broker.yaml, which the list of all settings keeps.
      String engineName = settings.oneOf("storage.engine", DEFAULT_ENGINE, providers.engineNames());
      long segmentBytes = settings.size("storage.segmentBytes", 128 * MIB);
      Duration flushInterval = settings.duration("storage.flushInterval", Duration.ofMillis(50));
      int flusherThreads = settings.count("storage.flusherThreads", 32);
      int readerThreads = settings.count("storage.readerThreads", 2);
      int recoveryThreads = settings.count("storage.recoveryThreads", 4);
      long checkpointBytes = settings.size("storage.checkpointBytes", 32 * MIB);
      return new Storage(
          engineName,
          providers.configureEngines(settings).get(engineName),
          segmentBytes,
          flushInterval,
          flusherThreads,
          readerThreads,
          recoveryThreads,
          checkpointBytes);
    }
  }

  /**
   * The settings of a topic whose creator gives none.
   *
   * @param retentionTime how long events are kept; zero: unlimited
   * @param retentionBytes bytes that each partition keeps; 0: unlimited
   */
  public record Topics(int partitions, Duration retentionTime, long retentionBytes) {

    public Topics {
      Bounds.duration(
          "topics.retentionTime", retentionTime, Duration.ZERO, Duration.ofDays(36_500));
      Bounds.size("topics.retentionBytes", retentionBytes, 0, Long.MAX_VALUE);
    }

    static Topics from(SettingValues settings) {
      return new Topics(
          settings.count("topics.partitions", 1),
          settings.durationOrUnlimited("topics.retentionTime"),
          settings.sizeOrUnlimited("topics.retentionBytes"));
    }
  }

  /**
   * Retention.
   *
   * @param checkInterval time between two retention runs
   */
  public record RetentionThread(Duration checkInterval) {

    public RetentionThread {
      Bounds.duration(
          "retention.checkInterval", checkInterval, Duration.ofMillis(100), Duration.ofDays(1));
    }

    static RetentionThread from(SettingValues settings) {
      return new RetentionThread(
          settings.duration("retention.checkInterval", Duration.ofSeconds(30)));
    }
  }

  /**
   * Threads.
   *
   * @param eventLoops 0: one for every two cores, at least one
   */
  public record Threads(int eventLoops) {

    public Threads {
      Bounds.count("threads.eventLoops", eventLoops, 0, 1024);
    }

    /** The number of threads that the broker starts on this machine. */
    public int eventLoopsHere() {
      return EventLoops.loops(eventLoops);
    }

    static Threads from(SettingValues settings) {
      return new Threads(settings.count("threads.eventLoops", 0));
    }
  }
}
