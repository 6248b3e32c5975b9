package io.millrace.server.audit;

import io.millrace.core.AuditTopicWriter;
import io.millrace.server.settings.AuditSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log: a queue, and the thread {@code millrace-audit} that writes what is in it. Started
 * and closed by the server.
 */
public final class AuditWriter implements AuditLog, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

  /** How long a close waits for the topic. */
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(5);

  /** The time between two looks at counted events and at a full disk. */
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AuditQueue queue = new AuditQueue();
  private final AtomicLong notQueued = new AtomicLong();
  private final RepeatedEvents repeated = new RepeatedEvents(System::nanoTime);
  private final AuditCounters counters;
  private final AuditLines lines;
  private final InstantSource clock;
  private final Thread thread = new Thread(this::run, "millrace-audit");

  /** Set before the thread starts. */
  private Optional<AuditTopic> topic = Optional.empty();

  private volatile boolean closing;

  /**
   * Starts the audit log of a broker.
   *
   * @param dataDir if it exists, the directory {@code audit} is made in it
   * @param topic opens the topic of the copy, if the settings ask for it
   * @param clock the time of the events
   */
  public static AuditWriter open(
      AuditSettings settings,
      Path dataDir,
      Supplier<CompletableFuture<AuditTopicWriter>> topic,
      InstantSource clock) {
    if (!AuditLines.isLoggerOn()) {
      LOG.warn(
          "event=audit_logger_off the log configuration drops the level INFO of millrace.audit");
    }
    AuditCounters counters = new AuditCounters();
    Optional<AuditDirectory> directory = directory(dataDir);
    AuditLines lines =
        new AuditLines(
            directory.flatMap(each -> reserve(each, settings.reserveBytes())), counters, clock);
    AuditWriter writer = new AuditWriter(lines, counters, clock);
    writer.start(
        settings.topic()
            ? Optional.of(new AuditTopic(topic.get(), counters, writer::wake))
            : Optional.empty());
    return writer;
  }

  private static Optional<AuditDirectory> directory(Path dataDir) {
    if (!Files.isDirectory(dataDir)) {
      return Optional.empty(); // an engine in memory makes no files
    }
    try {
      return Optional.of(AuditDirectory.open(dataDir));
    } catch (IOException e) {
      LOG.warn("event=audit_directory_failed reason={}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<AuditLines.Reserve> reserve(AuditDirectory directory, long bytes) {
    if (bytes == 0) {
      return Optional.empty();
    }
    try {
      AuditReserve file = AuditReserve.open(directory.reserve(), bytes);
      return Optional.of(new AuditLines.Reserve(directory, file));
    } catch (IOException e) {
      LOG.warn("event=audit_reserve_failed reason={}", e.toString());
      return Optional.empty();
    }
  }

  AuditWriter(AuditLines lines, AuditCounters counters, InstantSource clock) {
    this.lines = lines;
    this.counters = counters;
    this.clock = clock;
    thread.setDaemon(true);
  }

  /** Starts the thread. One call. */
  void start(Optional<AuditTopic> copy) {
    topic = copy;
    thread.start();
  }

  /** Has the thread look for work. Any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** What was recorded and what was lost. */
  public AuditCounters counters() {
    return counters;
  }

  @Override
  public void record(AuditEvent event) {
    counters.recorded(event.result());
    if (!queue.offer(new AuditEntry(clock.instant(), event, 1))) {
      notQueued.incrementAndGet();
      counters.dropFromLog();
    }
    wake();
  }

  private void run() {
    while (true) {
      boolean last = closing; // read before the queue, so that nothing is left in it
      try {
        work();
        if (last) {
          repeated.all().forEach(this::write);
          topic.ifPresent(each -> each.flush(FLUSH_LIMIT));
          lines.close();
          return;
        }
      } catch (RuntimeException e) {
        LOG.error("event=audit_failed", e);
        if (last) {
          return;
        }
      }
      await();
    }
  }

  private void work() {
    for (AuditEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
      if (repeated.isLine(entry)) {
        write(entry);
      }
    }
    repeated.due().forEach(this::write);
    lines.lost(notQueued.getAndSet(0));
    lines.writeWaiting();
    topic.ifPresent(AuditTopic::work);
  }

  private void write(AuditEntry entry) {
    String json = entry.toJson();
    lines.write(json);
    topic.ifPresent(each -> each.add(entry, json));
  }

  private void await() {
    boolean waits =
        repeated.isWaiting() || lines.isWaiting() || topic.map(AuditTopic::isWaiting).orElse(false);
    if (closing) {
      return;
    }
    if (waits) {
      LockSupport.parkNanos(this, CHECK_NANOS);
    } else {
      LockSupport.park(this);
    }
  }

  /** Writes what was recorded before, and ends the thread. Blocks. Later events are ignored. */
  @Override
  public void close() {
    closing = true;
    wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
