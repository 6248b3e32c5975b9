package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.EpochMicros;
import io.millrace.client.internal.connection.RecordHeaders;
import io.millrace.client.internal.connection.SourceEncoder;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.Header;
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
 * The callers' side of a producer: checks an event, chooses its partition, and puts it into the
 * queue there. Thread-safe; what happens next is {@link ProducerSender}'s.
 */
final class BatchingProducer implements Producer {

  /** How long closing waits for receipts unless it is told otherwise. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /** More than a record without headers has besides its key and value. */
  private static final int MOST_BESIDES_CONTENT = 512;

  private final ProducerSettings settings;
  private final ProducerRegistration start;
  private final ProducerSender loop;
  private final Partitioner partitioner;
  private final Consumer<BatchingProducer> onClose;
  private final AtomicBoolean closing = new AtomicBoolean();

  BatchingProducer(
      ProducerSettings settings,
      ProducerRegistration start,
      ProducerSender loop,
      Partitioner partitioner,
      Consumer<BatchingProducer> onClose) {
    this.settings = settings;
    this.start = start;
    this.loop = loop;
    this.partitioner = partitioner;
    this.onClose = onClose;
  }

  @Override
  public CompletableFuture<Receipt> send(Event event) {
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    take(event, receipt);
    return receipt;
  }

  @Override
  public void post(Event event) {
    take(event, null);
  }

  private void take(Event event, CompletableFuture<Receipt> receipt) {
    byte[] source =
        event.source() == null
            ? settings.defaults().source()
            : SourceEncoder.encode(event.source());
    long micros =
        event.timestamp() == null
            ? settings.defaults().clock().micros()
            : EpochMicros.of(event.timestamp());
    List<Header> headers = RecordHeaders.toRecord(event.headers());
    requireSequence(event);
    requireSmallEnough(event, source, headers);
    append(event, source, micros, headers, receipt);
  }

  @Override
  public void flush() {
    loop.requireOffEventLoop("flush");
    try {
      loop.flush().get();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("receipts", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("flush does not fail", e);
    }
    loop.receipts().throwUntold();
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
    return Collections.min(start.lastSequences());
  }

  @Override
  public long lastSequence(int partition) {
    return start.lastSequences().get(partition);
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  @Override
  public void close(Duration timeout) {
    loop.requireOffEventLoop("close");
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    MillraceException closed =
        ClientFailures.closed("producer of topic " + settings.topic().name());
    try {
      finish().get(DurationNanos.of(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      closed =
          new MillraceException(
              ErrorCode.CLOSED,
              "the producer of topic "
                  + settings.topic().name()
                  + " was closed and the event had no receipt within "
                  + timeout
                  + "; it may be stored or not",
              e);
    }
    loop.abandon(closed).join();
    onClose.accept(this);
    loop.receipts().throwUntold();
  }

  /**
   * Takes no more events, and sends what is waiting; done when all have been told. {@link #close}
   * is still to follow.
   */
  CompletableFuture<Void> finish() {
    MillraceException closed =
        ClientFailures.closed("producer of topic " + settings.topic().name());
    for (int partition = 0; partition < settings.topic().partitions(); partition++) {
      loop.queue(partition).refuse(closed);
    }
    return loop.flush();
  }

  private void append(
      Event event,
      byte[] source,
      long micros,
      List<Header> headers,
      CompletableFuture<Receipt> receipt) {
    boolean sticky =
        event.partition() == Event.ANY_PARTITION
            && event.key() == null
            && !settings.delivery().isNamed();
    int partition = sticky ? partitioner.sticky() : chosenPartition(event);
    if (settings.delivery().isNamed() && start.isStored(partition, event.sequence())) {
      if (receipt != null) {
        receipt.complete(
            new Receipt(settings.topic().name(), partition, Receipt.UNKNOWN_OFFSET, null));
      }
      return;
    }
    if (loop.queue(partition).append(event, source, micros, headers, receipt)) {
      return;
    }
    ProducerBatch batch = loop.pool().take(batchBytes(event, source, headers));
    boolean used = false;
    try {
      if (sticky) {
        partition = partitioner.afterSticky(partition);
      }
      PartitionAccumulator queue = loop.queue(partition);
      boolean added = false;
      while (!added && !used) {
        used = queue.appendTo(batch, event, source, micros, headers, receipt);
        added = used || queue.append(event, source, micros, headers, receipt);
      }
    } finally {
      if (!used) {
        loop.pool().giveBack(batch);
      }
    }
  }

  private int chosenPartition(Event event) {
    if (event.partition() == Event.ANY_PARTITION) {
      return event.key() == null
          ? partitioner.ofSequence(event.sequence())
          : partitioner.ofKey(event.key());
    }
    if (event.partition() >= settings.topic().partitions()) {
      throw new MillraceException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic "
              + settings.topic().name()
              + " has partitions 0 to "
              + (settings.topic().partitions() - 1)
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
                  + " and the producer no name; build the producer with a name, or the event"
                  + " without a sequence"
              : "the event has no sequence, which producer "
                  + settings.delivery().producerName()
                  + " needs to recognize it; build the event with one");
    }
  }

  private void requireSmallEnough(Event event, byte[] source, List<Header> headers) {
    if (headers.isEmpty() && isFarBelowLimit(event)) {
      return;
    }
    int bytes = BatchBuilder.maxRecordBytes(source, event.key(), event.value(), headers);
    if (bytes > settings.limits().maxEventBytes()) {
      throw new MillraceException(
          ErrorCode.EVENT_TOO_LARGE,
          "the event for topic "
              + settings.topic().name()
              + " has up to "
              + bytes
              + " bytes encoded; the broker's limit is "
              + settings.limits().maxEventBytes()
              + " (limits.maxEventBytes); send a smaller event or raise the limit");
    }
  }

  /** Spares most events the sum of their parts. */
  private boolean isFarBelowLimit(Event event) {
    long bytes = MOST_BESIDES_CONTENT;
    bytes += event.key() == null ? 0 : event.key().length;
    bytes += event.value() == null ? 0 : event.value().length;
    return bytes <= settings.limits().maxEventBytes();
  }

  private static int batchBytes(Event event, byte[] source, List<Header> headers) {
    return BatchHeader.BYTES
        + BatchBuilder.maxRecordBytes(source, event.key(), event.value(), headers);
  }
}
