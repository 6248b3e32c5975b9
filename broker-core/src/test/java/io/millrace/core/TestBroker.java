package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.storage.LogStorage;
import io.millrace.storage.TestSettings;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A broker whose owner is the test's thread, with storage that can be watched and restarted. */
final class TestBroker implements AutoCloseable {

  static final Duration EXPIRY = Duration.ofDays(1);

  private static final long HEAP_BYTES = 1 << 30;

  static final BrokerSettings SETTINGS = settings(Duration.ofHours(1));

  /** Accepts every secret. */
  static final ProducerProof ANY_SECRET = (id, epoch, secret) -> {};

  static BrokerSettings settings(Duration retentionInterval) {
    return new BrokerSettings(
        new BatchLimits(1 << 20, 2 << 20, 4 << 20),
        8,
        40,
        16,
        100,
        EXPIRY,
        3,
        20,
        Duration.ofMillis(1),
        4,
        2,
        4,
        retentionInterval,
        1 << 20,
        HEAP_BYTES,
        HEAP_BYTES,
        new TopicSettings(Duration.ZERO, 0, TestSettings.SMALLEST_SEGMENTS));
  }

  /** Settings in which only the memory is a limit. */
  static BrokerSettings limitedByMemory(long heapBytes) {
    return settings(SETTINGS.limits(), heapBytes);
  }

  /** Settings with other limits of batches. */
  static BrokerSettings withLimits(BatchLimits limits) {
    return settings(limits, HEAP_BYTES);
  }

  private static BrokerSettings settings(BatchLimits limits, long heapBytes) {
    return new BrokerSettings(
        limits,
        100_000,
        100_000,
        100_000,
        1_000_000,
        EXPIRY,
        1_000_000,
        1_000_000,
        SETTINGS.flushInterval(),
        SETTINGS.flusherThreads(),
        SETTINGS.readerThreads(),
        SETTINGS.recoveryThreads(),
        SETTINGS.retentionInterval(),
        SETTINGS.checkpointBytes(),
        heapBytes,
        heapBytes,
        SETTINGS.topicDefaults());
  }

  /** An empty table of producers, with more than enough memory. */
  static ProducerTable producers(int max) {
    return new ProducerTable(max, ANY_SECRET, producerMemory(HEAP_BYTES));
  }

  static ProducerMemory producerMemory(long bytes) {
    return new ProducerMemory(
        new MemoryShare(bytes), EXPIRY, InstantSource.fixed(Instant.EPOCH), () -> 0);
  }

  /** The turns of filters, one at a time, with enough memory. */
  static FilterTurns filterTurns(ReaderPool readers) {
    return new FilterTurns(
        readers, 1, 1 << 20, new MemoryShare(1 << 24), FilterTurns.Clocks.ofJvm());
  }

  final ManualOwner owner;
  final TestClock clock = new TestClock();
  WatchedStorage storage;
  Broker broker;

  /** Computes the secrets of the broker's data directory. */
  private ProducerIds secrets;

  private final Engine.Disk disk;
  private BrokerSettings settings;
  private final BrokerObserver observer;

  TestBroker(Engine engine) {
    this(engine, SETTINGS);
  }

  TestBroker(Engine engine, BrokerSettings settings) {
    this(engine, settings, BrokerObserver.none());
  }

  TestBroker(Engine engine, BrokerSettings settings, BrokerObserver observer) {
    this.observer = observer;
    this.disk = engine.disk();
    this.owner = new ManualOwner(disk::awaitIdle);
    this.settings = settings;
    open(disk.create());
  }

  /** Opens a broker with the settings of the tests, all of whose partitions have one owner. */
  static Broker open(LogStorage storage, PartitionOwner owner) {
    return Broker.open(
        SETTINGS,
        storage,
        id -> owner,
        new TestClock(),
        (opened, total) -> {},
        BrokerObserver.none());
  }

  /** The sources of the topic of a partition. */
  static CompletableFuture<List<CountedSource>> sources(
      Broker broker, Partition partition, IsolationLevel isolation) {
    return broker
        .sources()
        .list(partition.id().topicId(), isolation)
        .thenApply(
            found -> {
              try (found) {
                return found.drain(CountedSource::of);
              }
            });
  }

  void open(LogStorage on) {
    storage = new WatchedStorage(on);
    openWatched();
  }

  void openWatched() {
    broker = Broker.open(settings, storage, id -> owner, clock, (opened, total) -> {}, observer);
    secrets = ProducerIds.load(storage.states());
  }

  /** Closes the broker cleanly and opens the same storage again. */
  void restart() {
    restart(watched -> {});
  }

  /** As {@link #restart()}, with a change of the storage in between. */
  void restart(Consumer<WatchedStorage> between) {
    storage.letAllForces();
    stop();
    storage = new WatchedStorage(disk.reopen(storage.inner()));
    between.accept(storage);
    openWatched();
  }

  void stop() {
    owner.runAside(broker::close);
  }

  /**
   * Continues with the storage as the death of the process would leave it; closes the old broker
   * after that.
   */
  void kill() {
    Broker killed = broker;
    LogStorage left = copyAsKilled();
    storage.letAllForces();
    owner.runAside(killed::close);
    open(left);
  }

  /** As {@link #kill}, and continues with other settings. */
  void kill(BrokerSettings changed) {
    settings = changed;
    kill();
  }

  /** As {@link #kill}, but unforced batches are lost, too; for the memory engine only. */
  void cutPower() {
    Broker killed = broker;
    LogStorage left = ((MemoryStorage) storage.inner()).afterPowerFailure();
    storage.letAllForces();
    owner.runAside(killed::close);
    open(left);
  }

  Partition topic(String name) {
    return createTopic(name, 1, Map.of()).partitions().get(0);
  }

  Topic createTopic(String name, int partitions, Map<String, String> settings) {
    return Await.result(broker.createTopic(name, partitions, settings));
  }

  /** Alters a topic, and lets the owner pass the settings to the logs. */
  Topic alterTopic(String name, Map<String, String> changes) {
    Topic altered = Await.result(broker.alterTopic(name, changes));
    owner.runAll();
    return altered;
  }

  Topic addPartitions(String name, int partitions) {
    return Await.result(broker.addPartitions(name, partitions));
  }

  /** Deletes a topic, while the owner runs its tasks. */
  void deleteTopic(String name) {
    owner.runAside(() -> Await.result(broker.deleteTopic(name)));
  }

  long newProducerId() {
    return newProducer().id();
  }

  IssuedProducer newProducer() {
    return Await.result(broker.producers().open());
  }

  /**
   * The secret of the producer id and epoch in a batch, whether the broker has given them or not.
   */
  ProducerSecret secretOf(ByteBuffer batch) {
    return batch.remaining() < BatchHeader.BYTES
        ? ProducerSecret.NONE
        : secrets.secretOf(
            BatchHeader.producerId(batch, batch.position()),
            BatchHeader.producerEpoch(batch, batch.position()));
  }

  /** The storage as the death of the process would leave it at this moment. */
  LogStorage copyAsKilled() {
    return disk.afterKill(storage.inner());
  }

  /** The only partition of a topic, in the broker as it is now. */
  Partition partition(String topic) {
    return broker.topic(topic).partitions().get(0);
  }

  Answer append(Partition partition, ByteBuffer batch, AckLevel ack) {
    return append(partition, batch, secretOf(batch), ack);
  }

  Answer append(Partition partition, ByteBuffer batch, ProducerSecret secret, AckLevel ack) {
    Answer answer = new Answer();
    partition.append(batch, secret, ack, answer);
    return answer;
  }

  /** Appends and waits until it is on disk. */
  Answer appendSynced(Partition partition, ByteBuffer batch) {
    Answer answer = append(partition, batch, AckLevel.SYNCED);
    owner.runUntil(answer::isDone);
    answer.offset();
    return answer;
  }

  /** Runs the retention of a partition, and waits for its end. */
  void retain(Partition partition) {
    partition.retain();
    owner.runAll();
    storage.awaitRetention();
  }

  Subscription subscribe(Partition partition, Collector to, SubscriptionStart from) {
    return subscribe(partition, to, from, IsolationLevel.DURABLE, 1 << 20);
  }

  Subscription subscribe(
      Partition partition,
      Collector to,
      SubscriptionStart from,
      IsolationLevel isolation,
      long credit) {
    SubscriptionSpec spec = new SubscriptionSpec(from, isolation, credit, List.of());
    Subscription subscription = partition.subscribe(spec, to).subscription();
    subscription.resume();
    owner.runAll();
    return subscription;
  }

  @Override
  public void close() {
    storage.letAllForces();
    stop();
    disk.close();
  }
}
