package io.millrace.server.config;

import static io.millrace.server.config.Bounds.GIB;
import static io.millrace.server.config.Bounds.KIB;
import static io.millrace.server.config.Bounds.MIB;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.wire.NextFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * All settings of a broker process. Immutable; each part of the server gets its own record.
 *
 * <p>A setting is one record component, one line in the {@code from} method beside it, which names
 * its key and default, and one commented entry in {@code config/broker.yaml}.
 *
 * @param dataDir where the mapped engine keeps everything
 */
public record ServerConfig(
    Path dataDir,
    Listen listen,
    Http http,
    Storage storage,
    Topics topics,
    Retention retention,
    Limits limits,
    Connections connections,
    Threads threads) {

  public ServerConfig {
    Objects.requireNonNull(dataDir, "dataDir");
    Bounds.count("topics.partitions", topics.partitions(), 1, limits.maxPartitionsPerTopic());
  }

  /** The settings of a broker that was told nothing. */
  public static ServerConfig defaults() {
    return from(new Settings());
  }

  static ServerConfig from(Settings settings) {
    return new ServerConfig(
        settings.path("dataDir", "data"),
        Listen.from(settings),
        Http.from(settings),
        Storage.from(settings),
        Topics.from(settings),
        Retention.from(settings),
        Limits.from(settings),
        Connections.from(settings),
        Threads.from(settings));
  }

  /**
   * The native listener.
   *
   * @param port 0: any free one
   */
  public record Listen(String host, int port) {

    public Listen {
      Bounds.notBlank("listen.host", host);
      Bounds.count("listen.port", port, 0, 65_535);
    }

    static Listen from(Settings settings) {
      return new Listen(
          settings.text("listen.host", "127.0.0.1"), settings.count("listen.port", 9710));
    }
  }

  /**
   * The HTTP listener for health and metrics.
   *
   * @param port 0: any free one
   */
  public record Http(boolean enabled, String host, int port) {

    public Http {
      Bounds.notBlank("http.host", host);
      Bounds.count("http.port", port, 0, 65_535);
    }

    static Http from(Settings settings) {
      return new Http(
          settings.flag("http.enabled", true),
          settings.text("http.host", "127.0.0.1"),
          settings.count("http.port", 9711));
    }
  }

  /** Which engine keeps the logs. */
  public enum Engine {
    /** Files in {@code dataDir}, memory-mapped. */
    MAPPED,
    /** Memory only: everything is gone when the process ends. */
    MEMORY
  }

  /**
   * Storage.
   *
   * @param segmentBytes largest segment of a topic that does not set its own
   * @param flushInterval longest time that stored events stay unforced when nobody waits for it
   * @param flusherThreads partitions forced at a time
   * @param readerThreads threads for cold reads and scans
   * @param recoveryThreads partitions opened at a time
   * @param checkpointBytes a partition is checkpointed after so many bytes
   * @param reservedBytes free space of the disk that events leave
   * @param verifyBytesPerSecond how fast what is stored is checked after a start; 0: it is not
   */
  public record Storage(
      Engine engine,
      long segmentBytes,
      Duration flushInterval,
      int flusherThreads,
      int readerThreads,
      int recoveryThreads,
      long checkpointBytes,
      long reservedBytes,
      long verifyBytesPerSecond) {

    public Storage {
      Bounds.size("storage.segmentBytes", segmentBytes, 64 * KIB, GIB);
      Bounds.duration(
          "storage.flushInterval", flushInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
      Bounds.count("storage.flusherThreads", flusherThreads, 1, 64);
      Bounds.count("storage.readerThreads", readerThreads, 1, 64);
      Bounds.count("storage.recoveryThreads", recoveryThreads, 1, 64);
      Bounds.size("storage.checkpointBytes", checkpointBytes, MIB, 1024 * GIB);
      Bounds.size("storage.reservedBytes", reservedBytes, 0, 1024 * GIB);
      Bounds.size("storage.verifyBytesPerSecond", verifyBytesPerSecond, 0, 1024 * GIB);
    }

    static Storage from(Settings settings) {
      return new Storage(
          settings.oneOf("storage.engine", Engine.MAPPED),
          settings.size("storage.segmentBytes", 128 * MIB),
          settings.duration("storage.flushInterval", Duration.ofMillis(50)),
          settings.count("storage.flusherThreads", 32),
          settings.count("storage.readerThreads", 2),
          settings.count("storage.recoveryThreads", 4),
          settings.size("storage.checkpointBytes", 32 * MIB),
          settings.size("storage.reservedBytes", 64 * MIB),
          settings.size("storage.verifyBytesPerSecond", 64 * MIB));
    }
  }

  /**
   * What a topic gets that does not say otherwise when it is created.
   *
   * @param retentionTime zero: without limit
   * @param retentionBytes of each partition; 0: without limit
   */
  public record Topics(int partitions, Duration retentionTime, long retentionBytes) {

    public Topics {
      Bounds.duration(
          "topics.retentionTime", retentionTime, Duration.ZERO, Duration.ofDays(36_500));
      Bounds.size("topics.retentionBytes", retentionBytes, 0, Long.MAX_VALUE);
    }

    static Topics from(Settings settings) {
      return new Topics(
          settings.count("topics.partitions", 1),
          settings.durationOrUnlimited("topics.retentionTime"),
          settings.sizeOrUnlimited("topics.retentionBytes"));
    }
  }

  /**
   * Retention.
   *
   * @param checkInterval time between two looks at what may go
   */
  public record Retention(Duration checkInterval) {

    public Retention {
      Bounds.duration(
          "retention.checkInterval", checkInterval, Duration.ofMillis(100), Duration.ofDays(1));
    }

    static Retention from(Settings settings) {
      return new Retention(settings.duration("retention.checkInterval", Duration.ofSeconds(30)));
    }
  }

  /**
   * What the broker refuses to exceed.
   *
   * @param maxEventBytes one encoded event
   * @param maxBatchBytes a batch as it travels; leaves room for an event and its batch header
   * @param maxUncompressedBatchBytes the records of a batch before compression
   * @param maxPartitions over all topics
   * @param maxInFlightBytesPerConnection requests whose answer is not sent yet, by their bytes,
   *     with 1 MiB more for each that does not produce, and a quarter of this for a list; beyond,
   *     the broker stops reading from the connection
   */
  public record Limits(
      long maxEventBytes,
      long maxBatchBytes,
      long maxUncompressedBatchBytes,
      int maxTopics,
      int maxPartitions,
      int maxPartitionsPerTopic,
      int maxConnections,
      long maxInFlightBytesPerConnection,
      int maxSubscriptionsPerConnection,
      int maxProducersPerPartition,
      int maxNamedProducers) {

    /** What a batch needs beside its largest event, and a frame beside its batch. */
    static final long OVERHEAD_BYTES = 64 * KIB;

    /** What fits into the longest frame that a client takes. */
    static final long MAX_BATCH_BYTES = NextFrame.MAX_BYTES_TO_CLIENT - OVERHEAD_BYTES;

    public Limits {
      Bounds.size("limits.maxEventBytes", maxEventBytes, 1, MAX_BATCH_BYTES);
      Bounds.size("limits.maxBatchBytes", maxBatchBytes, KIB, MAX_BATCH_BYTES);
      if (maxBatchBytes < maxEventBytes + OVERHEAD_BYTES) {
        throw new ConfigException(
            "limits.maxBatchBytes",
            "limits.maxBatchBytes is "
                + ByteSize.format(maxBatchBytes)
                + "; expected at least limits.maxEventBytes + "
                + ByteSize.format(OVERHEAD_BYTES)
                + ", which is "
                + ByteSize.format(maxEventBytes + OVERHEAD_BYTES));
      }
      Bounds.size(
          "limits.maxUncompressedBatchBytes", maxUncompressedBatchBytes, maxEventBytes, GIB);
      Bounds.count("limits.maxTopics", maxTopics, 1, 1_000_000);
      Bounds.count("limits.maxPartitions", maxPartitions, 1, 1_000_000);
      Bounds.count("limits.maxPartitionsPerTopic", maxPartitionsPerTopic, 1, 100_000);
      Bounds.count("limits.maxConnections", maxConnections, 1, 1_000_000);
      Bounds.size(
          "limits.maxInFlightBytesPerConnection",
          maxInFlightBytesPerConnection,
          maxBatchBytes,
          1024 * GIB);
      Bounds.count(
          "limits.maxSubscriptionsPerConnection", maxSubscriptionsPerConnection, 1, 1_000_000);
      Bounds.count("limits.maxProducersPerPartition", maxProducersPerPartition, 1, 1_000_000);
      Bounds.count("limits.maxNamedProducers", maxNamedProducers, 1, 1_000_000);
    }

    /** Largest frame that a client may send: the bytes after its length field. */
    public int maxFrameBytes() {
      return Math.toIntExact(maxBatchBytes + OVERHEAD_BYTES);
    }

    static Limits from(Settings settings) {
      return new Limits(
          settings.size("limits.maxEventBytes", MIB),
          settings.size("limits.maxBatchBytes", 4 * MIB),
          settings.size("limits.maxUncompressedBatchBytes", 16 * MIB),
          settings.count("limits.maxTopics", 10_000),
          settings.count("limits.maxPartitions", 100_000),
          settings.count("limits.maxPartitionsPerTopic", 1024),
          settings.count("limits.maxConnections", 1000),
          settings.size("limits.maxInFlightBytesPerConnection", 64 * MIB),
          settings.count("limits.maxSubscriptionsPerConnection", 1024),
          settings.count("limits.maxProducersPerPartition", 10_000),
          settings.count("limits.maxNamedProducers", 10_000));
    }
  }

  /**
   * How long a connection may keep the broker waiting.
   *
   * @param handshakeTimeout from connecting to a Hello
   * @param idleTimeout without a byte from the client
   * @param writeStallTimeout without a byte taken by the client while some wait for it
   * @param drainTimeout for answers under way when the broker shuts down
   */
  public record Connections(
      Duration handshakeTimeout,
      Duration idleTimeout,
      Duration writeStallTimeout,
      Duration drainTimeout) {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    public Connections {
      Bounds.duration("connections.handshakeTimeout", handshakeTimeout, SHORTEST, LONGEST);
      Bounds.duration("connections.idleTimeout", idleTimeout, SHORTEST, LONGEST);
      Bounds.duration("connections.writeStallTimeout", writeStallTimeout, SHORTEST, LONGEST);
      Bounds.duration("connections.drainTimeout", drainTimeout, Duration.ZERO, LONGEST);
    }

    static Connections from(Settings settings) {
      return new Connections(
          settings.duration("connections.handshakeTimeout", Duration.ofSeconds(10)),
          settings.duration("connections.idleTimeout", Duration.ofSeconds(60)),
          settings.duration("connections.writeStallTimeout", Duration.ofSeconds(30)),
          settings.duration("connections.drainTimeout", Duration.ofSeconds(10)));
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

    static Threads from(Settings settings) {
      return new Threads(settings.count("threads.eventLoops", 0));
    }
  }
}
