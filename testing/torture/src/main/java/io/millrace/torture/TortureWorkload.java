package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs the producers, the readers and the {@link Nemesis} of a torture run, and the {@link Checker}
 * at the end. When the time is over, the producers stop, the broker is killed once more at that
 * moment, all readers read to the end, and the whole topic is read again.
 */
final class TortureWorkload implements AutoCloseable {

  private static final String TOPIC = "torture";
  private static final long TIMEOUT_SECONDS = 60;
  private static final long PROGRESS_MILLIS = 10_000;
  private static final Duration POLL = Duration.ofMillis(200);

  /** Small, so that a run of a minute has many segments. */
  private static final String SEGMENT_BYTES = "4MiB";

  private final TorturePlan plan;
  private final Progress progress;
  private final Volume volume;
  private final TortureBroker broker;
  private final History history;
  private final Nemesis nemesis;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final StopOffsets stopOffsets = new StopOffsets();
  private final List<MillraceClient> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> producing = new ArrayList<>();
  private final List<Future<?>> reading = new ArrayList<>();

  /** Creates a workload, without starting it. The caller closes broker and volume. */
  TortureWorkload(TorturePlan plan, Volume volume, TortureBroker broker, Progress progress) {
    this.plan = plan;
    this.progress = progress;
    this.volume = volume;
    this.broker = broker;
    this.history =
        new History(
            Stream.concat(
                    IntStream.range(0, plan.producers()).mapToObj(TortureWorkload::ack),
                    Stream.of(Ack.SYNCED))
                .toList(),
            plan.partitions());
    this.nemesis = new Nemesis(broker, volume, history, plan.seed());
  }

  private static Ack ack(int producer) {
    return switch (producer % 4) {
      case 0, 2 -> Ack.SYNCED;
      case 1 -> Ack.STORED;
      default -> Ack.NONE;
    };
  }

  /**
   * Runs the workload to its end, and reports the result.
   *
   * @throws BrokerStartException if the broker does not start the first time
   */
  TortureReport run() throws IOException, InterruptedException, ExecutionException {
    long startedNanos = System.nanoTime();
    Checker checker = new Checker(history);
    try {
      broker.start();
      nemesis.awaitFirstStart();
      connect()
          .admin()
          .createTopic(
              TOPIC,
              TopicSpec.partitions(plan.partitions()).setting("segmentBytes", SEGMENT_BYTES));
      startProducers();
      startReaders();
      threads.submit(this::reportProgress);
      nemesis.run(System.nanoTime() + plan.duration().toNanos(), plan.maxKills());
      stopped.set(true);
      if (nemesis.kills() < plan.maxKills()) {
        nemesis.killAndRestart();
        nemesis.awaitReady();
      }
      join(producing);
      long[] ends = awaitDurable();
      stopOffsets.set(ends, TIMEOUT_SECONDS, TimeUnit.SECONDS);
      join(reading);
      readAll(checker, ends);
      checker.finish();
    } catch (BrokerDownException | MillraceException e) {
      history.unavailable(e.getMessage() + "; the history was not checked to its end");
    }
    return TortureReport.of(plan, volume, history, checker, nemesis, startedNanos);
  }

  /** Reports the progress every 10 s, until all events are sent. */
  private void reportProgress() {
    long startedNanos = System.nanoTime();
    try {
      while (!stopOffsets.areSet()) {
        Thread.sleep(PROGRESS_MILLIS);
        progress.report(
            String.format(
                Locale.ROOT,
                "%d s, %,d acknowledged, %,d read",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
                history.ackedCount(),
                history.readCount()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void startProducers() {
    for (int i = 0; i < plan.producers(); i++) {
      producing.add(threads.submit(new TortureProducer(connect(), participant(i), stopped)));
    }
    int importing = plan.producers();
    producing.add(
        threads.submit(
            new NamedTortureProducer(
                () -> connect("torture-import"), participant(importing), stopped)));
  }

  private void startReaders() {
    for (int i = 0; i < plan.readers(); i++) {
      reading.add(
          threads.submit(
              new TortureReader(connect(), participant(i), volume.losesPower(), stopOffsets)));
    }
  }

  private Participant participant(int number) {
    return new Participant(number, TOPIC, plan, history);
  }

  private MillraceClient connect() {
    MillraceClient client = connect("torture-" + clients.size());
    clients.add(client);
    return client;
  }

  private MillraceClient connect(String clientId) {
    return MillraceClient.builder()
        .server(broker.address())
        .clientId(clientId)
        .connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
        .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200))
        .build();
  }

  private static void join(List<Future<?>> tasks) throws InterruptedException, ExecutionException {
    for (Future<?> task : tasks) {
      task.get();
    }
  }

  /**
   * Waits until all events are durable.
   *
   * @return the end of each partition
   */
  private long[] awaitDurable() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    List<PartitionDescription> partitions = describe();
    while (partitions.stream().anyMatch(p -> p.durable() < p.end())
        && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
      partitions = describe();
    }
    for (PartitionDescription p : partitions) {
      if (p.durable() < p.end() || p.failure().isPresent()) {
        history.unavailable(
            "partition " + p.partition() + " did not become durable within 60 s: " + p);
      }
    }
    return partitions.stream().mapToLong(PartitionDescription::durable).toArray();
  }

  private List<PartitionDescription> describe() {
    return clients.get(0).admin().describeTopic(TOPIC).partitions();
  }

  private void readAll(Checker checker, long[] ends) {
    EventGenerator generator = new EventGenerator(plan.seed());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    try (Consumer consumer =
        clients.get(0).consumer(TOPIC).from(StartPosition.earliest()).build()) {
      while (!isRead(consumer, ends)) {
        List<ConsumedEvent> events = consumer.poll(POLL);
        for (ConsumedEvent event : events) {
          long id = generator.idOf(event);
          checker.stored(
              event.partition(),
              event.offset(),
              id,
              event.appendTimeMicros(),
              generator.difference(id, event));
          history
              .startsByTime()
              .stored(event.partition(), event.offset(), id, event.timestampMicros());
        }
        if (!events.isEmpty()) {
          deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        } else if (System.nanoTime() > deadline) {
          history.unavailable("the final read got no event for 60 s, at " + consumer.positions());
          return;
        }
      }
    }
  }

  private static boolean isRead(Consumer consumer, long[] ends) {
    return IntStream.range(0, ends.length).allMatch(p -> consumer.position(p) >= ends[p]);
  }

  /** Ends the producers and readers that still run. */
  @Override
  public void close() {
    stopped.set(true);
    stopOffsets.giveUp();
    threads.shutdownNow();
    clients.forEach(MillraceClient::close);
  }
}
