package io.millrace.torture;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A torture run of a group: a broker and members as processes, which are killed, suspended, closed
 * and started at random while a producer sends events. At the end, the members finish all events,
 * and {@link GroupChecker} checks what they have written. {@link #close} ends the processes; any
 * thread may call it, also several times.
 */
public final class GroupTortureRun implements AutoCloseable {

  private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final long POLL_MILLIS = 50;
  private static final long PROGRESS_MILLIS = 10_000;

  private final GroupTorturePlan plan;
  private final Path directory;
  private final TortureBroker broker;
  private final GroupNemesis nemesis;
  private final Anomalies anomalies = new Anomalies();

  private GroupTortureRun(GroupTorturePlan plan, Path directory, TortureBroker broker) {
    this.plan = plan;
    this.directory = directory;
    this.broker = broker;
    this.nemesis = new GroupNemesis(plan, directory, broker);
  }

  /**
   * Prepares a run, without starting a process. The caller closes the run.
   *
   * @param directory an empty directory, which gets the data of the broker and the files of the
   *     members; the caller owns it
   */
  public static GroupTortureRun open(Path directory, GroupTorturePlan plan) throws IOException {
    TortureBroker broker =
        new TortureBroker(
            directory.resolve("data"),
            Map.of("storage.checkpointBytes", "1MiB"),
            directory.resolve("broker.log"));
    return new GroupTortureRun(plan, directory, broker);
  }

  /**
   * Runs the plan and checks what has happened. Blocks until both are done.
   *
   * @throws BrokerStartException if the broker does not start the first time
   */
  public GroupTortureReport run(Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    long startedNanos = System.nanoTime();
    broker.start();
    broker.awaitFirstStart();
    AtomicBoolean produced = new AtomicBoolean();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (MillraceClient client = connect()) {
      client.admin().createTopic(GroupTorturePlan.TOPIC, TopicSpec.partitions(plan.partitions()));
      GroupTortureProducer producer = new GroupTortureProducer(client, plan, anomalies, produced);
      PositionWatch watch = new PositionWatch(client, plan.partitions(), anomalies, over);
      Future<?> producing = threads.submit(producer);
      threads.submit(watch);
      threads.submit(() -> report(progress, producer, startedNanos));
      GroupChecker checker = null;
      try {
        nemesis.run(System.nanoTime() + plan.duration().toNanos());
        produced.set(true);
        producing.get();
        awaitEnds(client, watch);
        nemesis.closeAll().forEach(this::unavailable);
        over.set(true);
        checker = new GroupChecker(producer.acked(), watch.samples(), anomalies);
        checker.check(nemesis.histories());
      } catch (BrokerDownException | MillraceException e) {
        unavailable(e.getMessage() + "; the run was not checked to its end");
      }
      return report(checker, producer, watch, startedNanos);
    } finally {
      over.set(true);
      produced.set(true);
      threads.shutdownNow();
    }
  }

  private GroupTortureReport report(
      GroupChecker checker, GroupTortureProducer producer, PositionWatch watch, long startedNanos) {
    boolean checked = checker != null;
    return new GroupTortureReport(
        plan,
        (System.nanoTime() - startedNanos) / 1e9,
        nemesis.actions(),
        producer.count(),
        checked ? checker.processed() : 0,
        checked ? checker.distinct() : 0,
        watch.samples().size(),
        checked ? checker.assignments() : 0,
        checked ? checker.overlaps() : 0,
        anomalies);
  }

  private void report(Progress progress, GroupTortureProducer producer, long startedNanos) {
    try {
      while (true) {
        Thread.sleep(PROGRESS_MILLIS);
        progress.report(
            String.format(
                Locale.ROOT,
                "%d s, %,d acknowledged, %s",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
                producer.count(),
                nemesis.actions()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over
    }
  }

  private MillraceClient connect() {
    return MillraceClient.builder()
        .server(broker.address())
        .clientId("torture")
        .connectTimeout(Duration.ofSeconds(60))
        .requestTimeout(Duration.ofSeconds(60))
        .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200))
        .build();
  }

  /** Waits until the members have committed all events. */
  private void awaitEnds(MillraceClient client, PositionWatch watch) throws InterruptedException {
    List<PartitionDescription> partitions =
        client.admin().describeTopic(GroupTorturePlan.TOPIC).partitions();
    long[] ends = partitions.stream().mapToLong(PartitionDescription::durable).toArray();
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!Arrays.equals(ends, watch.newest())) {
      if (System.nanoTime() > deadline) {
        unavailable(
            "the members did not commit all events: positions "
                + Arrays.toString(watch.newest())
                + ", ends "
                + Arrays.toString(ends)
                + ", "
                + client.admin().describeGroup(GroupTorturePlan.GROUP));
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void unavailable(String what) {
    anomalies.add(new Anomaly(Anomaly.Kind.UNAVAILABLE, -1, -1, EventId.NONE, what));
  }

  @Override
  public void close() {
    nemesis.close();
    broker.close();
  }
}
