package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.HeaderConversion;
import io.millrace.client.internal.connection.SourceEncoder;
import io.millrace.client.internal.producer.ProducerSettings.EventDefaults;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The accumulating half of a producer, on the threads that send: checks an event, chooses its
 * partition, and adds it to the accumulator of that partition. {@link ProducerSender} sends the
 * accumulated batches. Thread-safe.
 */
final class BatchingProducer implements Producer {

  /** How long {@link #close()} waits for receipts. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /** How often a close looks whether a quota still delays the receipts. */
  private static final long THROTTLE_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** An upper bound for the bytes of an encoded event without its key, value and headers. */
  private static final int MAX_OVERHEAD_BYTES = 512;

  private final ProducerSettings settings;
  private final ProducerRegistration registration;
  private final ProducerSender sender;
  private final Partitioner partitioner;
  private final Consumer<BatchingProducer> onClose;
  private final AtomicBoolean closing = new AtomicBoolean();

  BatchingProducer(
      ProducerSettings settings,
      ProducerRegistration registration,
      ProducerSender sender,
      Partitioner partitioner,
      Consumer<BatchingProducer> onClose) {
    this.settings = settings;
    this.registration = registration;
    this.sender = sender;
    this.partitioner = partitioner;
    this.onClose = onClose;
  }

  @Override
  public CompletableFuture<Receipt> send(Event event) {
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    accept(event, receipt);
    return receipt;
  }

  @Override
  public void post(Event event) {
    accept(event, null);
  }

  private void accept(Event event, CompletableFuture<Receipt> receipt) {
    EventDefaults defaults = settings.defaults();
    byte[] source =
        event.source() == null ? defaults.source() : SourceEncoder.encode(event.source());
    long micros =
        event.timestamp() == null ? defaults.clock().micros() : EpochMicros.of(event.timestamp());
    List<RecordHeader> headers = HeaderConversion.toRecord(event.headers());
    requireSequence(event);
    requireSmallEnough(event, source, headers);
    append(event, source, micros, headers, receipt);
  }

  @Override
  public void flush() {
    sender.requireOffEventLoop("flush");
    try {
      sender.flush().get();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("receipts", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("flush does not fail", e);
    }
    sender.receipts().throwUnreported();
  }

  @Override
  public String topic() {
    return settings.topic().name();
  }

  @Override
  public int partitions() {
    return settings.topic().partitions();
  }

  @Override
  public long lastSequence() {
    return Collections.min(registration.lastSequences());
  }

  @Override
  public long lastSequence(int partition) {
    return registration.lastSequences().get(partition);
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT, true);
  }

  @Override
  public void close(Duration timeout) {
    close(timeout, false);
  }

  /**
   * Closes the producer.
   *
   * @param patient whether the timeout begins again while a quota of the broker delays the receipts
   */
  void close(Duration timeout, boolean patient) {
    sender.requireOffEventLoop("close");
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    String noReceipt = "the event had no receipt when it was closed";
    try {
      await(finish(), DurationNanos.capped(timeout), patient);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      noReceipt = "the closing thread was interrupted before the event had a receipt";
    } catch (TimeoutException | ExecutionException e) {
      noReceipt = "the event had no receipt within " + TimeSpan.format(timeout);
    }
    String before = "the producer of topic " + topic() + " was closed and " + noReceipt;
    try {
      sender.abandon(
          reason ->
              new MillraceException(
                  ErrorCode.CLOSED, before + "; it may be stored or not" + reason));
    } finally {
      onClose.accept(this);
    }
    sender.receipts().throwUnreported();
  }

  private void await(CompletableFuture<Void> receipts, long timeoutNanos, boolean patient)
      throws InterruptedException, ExecutionException, TimeoutException {
    long waitNanos = timeoutNanos;
    while (true) {
      try {
        receipts.get(waitNanos, TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        long since = System.nanoTime() - CLOSE_TIMEOUT.toNanos();
        if (!patient || !sender.throttle().hasDelayedAfter(since)) {
          throw e;
        }
        waitNanos = THROTTLE_CHECK_NANOS;
      }
    }
  }

  /**
   * Refuses further events, and sends all accumulated batches. {@link #close} must follow.
   *
   * @return completes when the outcome of all batches is reported
   */
  CompletableFuture<Void> finish() {
    MillraceException closed = closed();
    for (int partition = 0; partition < partitions(); partition++) {
      sender.accumulator(partition).refuse(closed);
    }
    return sender.flush();
  }

  private MillraceException closed() {
    return ClientFailures.closed("producer of topic " + topic());
  }

  private void append(
      Event event,
      byte[] source,
      long micros,
      List<RecordHeader> headers,
      CompletableFuture<Receipt> receipt) {
    boolean named = settings.delivery().isNamed();
    boolean sticky = event.partition() == Event.ANY_PARTITION && event.key() == null && !named;
    int partition = sticky ? partitioner.sticky() : chosenPartition(event);
    if (named && registration.isStored(partition, event.sequence())) {
      if (receipt != null) {
        receipt.complete(new Receipt(topic(), partition, Receipt.UNKNOWN_OFFSET, null));
      }
      return;
    }
    if (sender.accumulator(partition).append(event, source, micros, headers, receipt)) {
      return;
    }
    ProducerBatch batch = sender.pool().acquire(batchBytes(event, source, headers));
    boolean used = false;
    try {
      if (sticky) {
        partition = partitioner.afterSticky(partition);
      }
      PartitionAccumulator accumulator = sender.accumulator(partition);
      boolean added = false;
      while (!added && !used) {
        used = accumulator.appendTo(batch, event, source, micros, headers, receipt);
        added = used || accumulator.append(event, source, micros, headers, receipt);
      }
    } finally {
      if (!used) {
        sender.pool().release(batch);
      }
    }
  }

  private int chosenPartition(Event event) {
    if (event.partition() == Event.ANY_PARTITION) {
      return event.key() == null
          ? partitioner.ofSequence(event.sequence())
          : partitioner.ofKey(event.key());
    }
    if (event.partition() >= partitions()) {
      throw new MillraceException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic "
              + topic()
              + " has partitions 0 to "
              + (partitions() - 1)
              + "; the event names partition "
              + event.partition());
    }
    return event.partition();
  }

  private void requireSequence(Event event) {
    boolean numbered = event.sequence() != Event.NO_SEQUENCE;
    if (numbered != settings.delivery().isNamed()) {
      throw new MillraceException(
          ErrorCode.INVALID_REQUEST,
          numbered
              ? "the event has sequence "
                  + event.sequence()
                  + ", but the producer has no name; build the producer with a name, or the event"
                  + " without a sequence"
              : "the event has no sequence; producer "
                  + settings.delivery().producerName()
                  + " has a name, so each of its events must have one");
    }
  }

  private void requireSmallEnough(Event event, byte[] source, List<RecordHeader> headers) {
    if (headers.isEmpty() && isFarBelowLimit(event)) {
      return;
    }
    int bytes = BatchBuilder.maxRecordBytes(source, event.key(), event.value(), headers);
    if (bytes > settings.limits().maxEventBytes()) {
      throw new MillraceException(
          ErrorCode.EVENT_TOO_LARGE,
          "the event for topic "
              + topic()
              + " has up to "
              + bytes
              + " bytes encoded; the broker's limit is "
              + settings.limits().maxEventBytes()
              + " (limits.maxEventBytes); send a smaller event or raise the limit");
    }
  }

  /** A cheap check, which saves the exact computation of the size for most events. */
  private boolean isFarBelowLimit(Event event) {
    long bytes = MAX_OVERHEAD_BYTES;
    bytes += event.key() == null ? 0 : event.key().length;
    bytes += event.value() == null ? 0 : event.value().length;
    return bytes <= settings.limits().maxEventBytes();
  }

  private static int batchBytes(Event event, byte[] source, List<RecordHeader> headers) {
    return BatchHeader.BYTES
        + BatchBuilder.maxRecordBytes(source, event.key(), event.value(), headers);
  }
}
