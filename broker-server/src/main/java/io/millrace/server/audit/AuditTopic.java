package io.millrace.server.audit;

import io.millrace.core.AuditTopicWriter;
import io.millrace.core.AuditTopicWriter.Entry;
import io.millrace.core.BrokerException;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of the audit log in the topic {@code __audit}. Appends one batch at a time. What the
 * topic does not take, for example on a full disk, waits in at most {@value #MAX_WAITING_BYTES}
 * bytes; more is counted and dropped. One thread.
 */
final class AuditTopic {

  static final int MAX_WAITING_BYTES = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AuditTopic.class);
  private static final int ENTRY_BYTES = 100;

  private final CompletableFuture<AuditTopicWriter> opening;
  private final AuditCounters counters;
  private final Runnable wake;
  private final List<Entry> waiting = new ArrayList<>();
  private int waitingBytes;
  private boolean failed;

  /** Null while nothing is appended. */
  private CompletableFuture<Integer> append;

  /**
   * @param opening the topic, once it is open
   * @param wake called on any thread when an append has ended
   */
  AuditTopic(CompletableFuture<AuditTopicWriter> opening, AuditCounters counters, Runnable wake) {
    this.opening = opening;
    this.counters = counters;
    this.wake = wake;
    opening.whenComplete((writer, failure) -> wake.run());
  }

  void add(AuditEntry entry, String json) {
    String principal = entry.event().actor().principal();
    byte[] key = principal.isEmpty() ? null : principal.getBytes(StandardCharsets.UTF_8);
    Entry added =
        new Entry(EpochMicros.of(entry.time()), key, json.getBytes(StandardCharsets.UTF_8));
    if (waitingBytes + bytes(added) > MAX_WAITING_BYTES) {
      counters.dropFromTopic(1);
      return;
    }
    waiting.add(added);
    waitingBytes += bytes(added);
  }

  private static int bytes(Entry entry) {
    return ENTRY_BYTES + entry.value().length + (entry.key() == null ? 0 : entry.key().length);
  }

  /** Whether entries wait that no append carries, because the last one was refused. */
  boolean isWaiting() {
    return append == null && !waiting.isEmpty();
  }

  /**
   * Takes the outcome of an append that has ended, and begins the next one. After a refusal, the
   * next call begins it.
   */
  void work() {
    boolean refused = false;
    if (append != null && append.isDone()) {
      refused = !ended(append);
      append = null;
    }
    if (!refused && append == null && !waiting.isEmpty() && opening.isDone()) {
      begin();
    }
  }

  private void begin() {
    try {
      append = opening.join().append(List.copyOf(waiting));
      append.whenComplete((count, failure) -> wake.run());
    } catch (RuntimeException e) {
      warn(e); // the topic could not be opened
      counters.dropFromTopic(waiting.size());
      remove(waiting.size());
    }
  }

  /** Whether the append has succeeded. */
  private boolean ended(CompletableFuture<Integer> append) {
    try {
      remove(append.join());
      failed = false;
      return true;
    } catch (CompletionException e) {
      warn(e.getCause());
      if (e.getCause() instanceof BrokerException refusal
          && refusal.code() == ErrorCode.EVENT_TOO_LARGE) {
        counters.dropFromTopic(1);
        remove(1);
      }
      return false;
    }
  }

  private void remove(int count) {
    List<Entry> removed = waiting.subList(0, count);
    removed.forEach(entry -> waitingBytes -= bytes(entry));
    removed.clear();
  }

  private void warn(Throwable cause) {
    if (!failed) {
      failed = true;
      LOG.warn("event=audit_topic_failed reason={}", cause.toString());
    }
  }

  /** Appends what waits, for at most so long. What is left then is dropped. Blocks. */
  void flush(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!waiting.isEmpty()) {
      try {
        opening.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        work();
        if (append != null) {
          append.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      } catch (Exception e) {
        warn(e);
        break;
      }
    }
    counters.dropFromTopic(waiting.size());
  }
}
