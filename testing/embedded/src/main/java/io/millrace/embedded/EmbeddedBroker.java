package io.millrace.embedded;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.TopicSpec;
import io.millrace.core.BrokerClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A broker in the JVM of a test, on the loopback address. It is the real broker with the real
 * protocol; by default it keeps its events in the heap.
 *
 * <pre>{@code
 * try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides", 4).start()) {
 *   MyService service = new MyService(broker.address());
 *   ...
 *   assertThat(broker.awaitEvents("rides", 1, Duration.ofMinutes(1))).hasSize(1);
 * }
 * }</pre>
 *
 * <p>Several brokers can run in one JVM at the same time. Each has a port of its own, which stays
 * the same until the broker is closed: clients reconnect to it after a restart. Any thread; {@link
 * #restart}, {@link #crash}, {@link #crashLosingUnsynced} and {@link #close} run one at a time.
 *
 * <p><b>Faults.</b> The methods for faults change the disk or the network of this broker only. The
 * faults of the disk also hold after a restart, except that of {@link #failFsync}.
 */
public final class EmbeddedBroker implements AutoCloseable {

  /** For the tests of a program, which runs on a busy machine. */
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

  private final Medium medium;
  private final BrokerContents contents;
  private final BrokerRun run;
  private final OwnClient client;

  private boolean closed;

  private EmbeddedBroker(Builder builder, Medium medium) {
    this.medium = medium;
    this.contents = new BrokerContents(builder.topics);
    ManualClock manual = builder.clock;
    BrokerClock clock =
        manual == null ? BrokerClock.system() : BrokerClock.of(manual, manual::nanoTime);
    this.run = new BrokerRun(builder.settings.values(), medium, clock);
    this.client = new OwnClient(address());
  }

  /** Starts a broker with the defaults: in the heap, without topics. */
  public static EmbeddedBroker start() {
    return builder().start();
  }

  /** Returns a new builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The address for clients, such as {@code 127.0.0.1:40123}. It never changes. */
  public String address() {
    return BrokerRun.LOOPBACK + ":" + port();
  }

  /** The port of the {@link #address}. */
  public int port() {
    return run.port().number();
  }

  /**
   * The address of the HTTP port with health and metrics.
   *
   * @throws IllegalStateException unless the builder has asked for it ({@link Builder#http})
   */
  public synchronized String httpAddress() {
    if (run.httpPort() <= 0) {
      throw new IllegalStateException(
          "the broker has no HTTP port; call http() of the builder to get one");
    }
    return BrokerRun.LOOPBACK + ":" + run.httpPort();
  }

  /**
   * A client of this broker, always the same one. The broker closes it.
   *
   * @throws IllegalStateException after {@link #close}
   * @throws io.millrace.client.MillraceException {@code SERVER_UNREACHABLE} if the first call finds
   *     the broker crashed or refusing connections
   */
  public synchronized MillraceClient client() {
    requireOpen();
    return client.get();
  }

  /**
   * The events of a topic that are stored now, by partition and offset. Includes events that are
   * not fsynced yet. Blocks.
   *
   * @throws AssertionError if they cannot be read within a minute
   * @throws io.millrace.client.MillraceException as {@link io.millrace.client.Consumer#poll};
   *     {@code UNKNOWN_TOPIC}
   */
  public List<ConsumedEvent> events(String topic) {
    return new TopicEvents(client(), topic).readToEnd(READ_TIMEOUT);
  }

  /**
   * Waits until a topic has a number of events, and returns these and those that arrive with them,
   * by partition and offset. Includes events that are not fsynced yet. Blocks.
   *
   * @param count the number of events of all partitions, from the start of the topic
   * @param timeout a minute or more, so that the test does not fail on a busy machine
   * @throws AssertionError if there are fewer events after this time; the message lists them
   * @throws io.millrace.client.MillraceException as {@link io.millrace.client.Consumer#poll};
   *     {@code UNKNOWN_TOPIC}
   */
  public List<ConsumedEvent> awaitEvents(String topic, int count, Duration timeout) {
    return new TopicEvents(client(), topic).await(count, timeout);
  }

  /**
   * Stops the broker in order, unless it has crashed, and starts it again. Clients reconnect by
   * themselves. Blocks until it serves.
   *
   * @throws IllegalStateException after {@link #close}
   * @throws io.millrace.server.StartException if the broker cannot start
   */
  public synchronized void restart() {
    requireOpen();
    run.stop();
    run.faults().fsyncFails(false);
    run.launch();
  }

  /**
   * Ends the broker as {@code kill -9} does: clients lose their connections, and requests in
   * progress get no answer. Everything that was stored is there after {@link #restart}, until which
   * connections are refused. Does nothing if the broker has crashed already.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void crash() {
    requireOpen();
    run.crash(false);
  }

  /**
   * As {@link #crash}, as a power failure: what was not fsynced is gone. Events with a receipt of
   * {@code SYNCED} are there after {@link #restart}; events with one of {@code STORED} may be lost.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void crashLosingUnsynced() {
    requireOpen();
    run.crash(true);
  }

  /** Resets the connections that are open. Clients lose them, and can connect again at once. */
  public void dropConnections() {
    run.port().dropConnections();
  }

  /**
   * Whether the port refuses new connections. Open ones stay; {@link #dropConnections} resets them.
   */
  public void refuseConnections(boolean refuse) {
    run.port().refuse(refuse);
  }

  /**
   * Whether the disk is full: appends and new topics are refused with {@code DISK_FULL}, which
   * producers retry; events can be read and deleted, also by retention. When it is not full any
   * more, appends succeed.
   */
  public void diskFull(boolean full) {
    run.faults().diskFull(full);
  }

  /**
   * How long each fsync takes at least. Receipts of {@code SYNCED} come so much later, and events
   * become durable so much later. An orderly stop waits for its fsyncs; {@link #close} does not.
   *
   * @param delay zero: no longer than it takes, also for the fsyncs that are in progress
   * @throws IllegalArgumentException if it is negative
   */
  public void slowFsync(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("an fsync takes no time or more, not " + delay);
    }
    run.faults().fsyncDelay(delay);
  }

  /**
   * Lets every fsync fail until the next {@link #restart}. A partition whose fsync has failed
   * refuses appends with {@code STORAGE_FAILED}, which producers retry, until then.
   */
  public void failFsync() {
    run.faults().fsyncFails(true);
  }

  /**
   * Makes the broker as it was after its start: ends all faults, starts the broker if it has
   * crashed, deletes all groups, queues and topics, and creates the topics of the builder. Members
   * of groups that are left over are removed, and consumers of queues closed; one that is polled
   * meanwhile, or later, comes back in a new group. A manual clock stays as it is. Blocks.
   *
   * @throws IllegalStateException after {@link #close}, or if consumers come back again and again
   */
  public synchronized void reset() {
    requireOpen();
    run.faults().end();
    run.port().refuse(false);
    if (!run.isRunning()) {
      run.launch();
    }
    contents.delete(client().admin(), run.broker());
    contents.create(client().admin());
  }

  /**
   * The state of the broker for the message of a test that has failed: the address, the faults, the
   * topics with their numbers of events, and the groups. Blocks for a request if clients can
   * connect.
   */
  public synchronized String describe() {
    List<String> lines = new ArrayList<>();
    String state = closed ? "closed" : run.isRunning() ? "running" : "crashed";
    lines.add("the embedded broker at " + address() + " is " + state + run.faults());
    if (!closed && run.isRunning() && run.port().isListening()) {
      try {
        lines.addAll(contents.describe(client().admin(), run.broker()));
      } catch (MillraceException e) {
        lines.add("its topics and groups are not known: " + e.getMessage());
      }
    }
    return String.join("\n  ", lines);
  }

  /**
   * Stops the broker in order and frees everything: closes the {@link #client}, ends all faults,
   * threads and connections, and deletes a temporary directory. Blocks; waits at most 30 s for
   * receipts of the client that are outstanding. Later calls have no effect.
   *
   * @throws io.millrace.client.MillraceException the first failure of a producer of the {@link
   *     #client}, as {@link MillraceClient#close}; everything is closed nevertheless
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    run.faults().end();
    run.port().refuse(false);
    CloseSteps.runAll(client::close, run::stop, run.port()::close, medium::close);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the embedded broker at " + address() + " is closed");
    }
  }

  private void createTopics() {
    if (contents.isEmpty()) {
      return; // no client is needed
    }
    contents.create(client().admin());
  }

  /** The settings of a new broker. For one thread. */
  public static final class Builder {

    private final EmbeddedSettings settings = new EmbeddedSettings();
    private final Map<String, TopicSpec> topics = new LinkedHashMap<>();

    /** Null without a manual clock. */
    private ManualClock clock;

    private Supplier<Medium> medium = MemoryMedium::new;

    private Builder() {}

    /** Creates a topic with the broker's defaults: one partition, and no limit of its events. */
    public Builder topic(String name) {
      return topic(name, TopicSpec.defaults());
    }

    /**
     * Creates a topic.
     *
     * @param partitions 1 or more
     * @throws IllegalArgumentException if it is less
     */
    public Builder topic(String name, int partitions) {
      return topic(name, TopicSpec.partitions(partitions));
    }

    /** Creates a topic, unless the directory of the broker has one of this name. */
    public Builder topic(String name, TopicSpec spec) {
      topics.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(spec, "spec"));
      return this;
    }

    /**
     * Changes a setting of the broker.
     *
     * @param key as in {@code config/broker.yaml}, such as {@code limits.maxEventBytes}. {@link
     *     #start} refuses an unknown one
     * @param value as in that file, such as {@code 64KiB}
     * @throws IllegalArgumentException if the embedded broker has a method for this setting
     */
    public Builder setting(String key, String value) {
      settings.set(key, value);
      return this;
    }

    /** Keeps the events in the heap: at most a quarter of it. This is the default. */
    public Builder inMemory() {
      medium = MemoryMedium::new;
      return this;
    }

    /**
     * Keeps the events in a directory, with the engine of an installed broker. The directory stays
     * when the broker is closed, and another broker can then use it.
     *
     * @param dataDir may exist; no other broker uses it
     */
    public Builder directory(Path dataDir) {
      Objects.requireNonNull(dataDir, "dataDir");
      medium = () -> DirectoryMedium.given(dataDir);
      return this;
    }

    /** As {@link #directory}, with a new directory, which is deleted when the broker is closed. */
    public Builder temporaryDirectory() {
      medium = DirectoryMedium::temporary;
      return this;
    }

    /**
     * Uses a clock that the test moves. The broker then looks every 100 ms for events to delete,
     * unless {@code retention.checkInterval} is set.
     */
    public Builder clock(ManualClock manual) {
      clock = Objects.requireNonNull(manual, "manual");
      settings.useManualClock();
      return this;
    }

    /** Opens the HTTP port with health and metrics; {@link EmbeddedBroker#httpAddress}. */
    public Builder http() {
      settings.openHttp();
      return this;
    }

    /**
     * Starts the broker and creates the topics. Blocks until it serves.
     *
     * @throws io.millrace.server.settings.ConfigException if a setting is unknown or has a value
     *     that is not allowed
     * @throws io.millrace.server.StartException if the broker cannot start, for example because
     *     another broker uses the directory
     * @throws io.millrace.client.MillraceException if a topic cannot be created
     */
    public EmbeddedBroker start() {
      EmbeddedBroker broker = new EmbeddedBroker(this, medium.get());
      boolean started = false;
      try {
        broker.run.launch();
        broker.createTopics();
        started = true;
        return broker;
      } finally {
        if (!started) {
          broker.close();
        }
      }
    }
  }
}
