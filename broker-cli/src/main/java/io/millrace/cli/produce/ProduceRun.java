package io.millrace.cli.produce;

import io.millrace.cli.command.ReceiptCounter;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.EventDecoder;
import io.millrace.cli.format.LineReader;
import io.millrace.cli.format.LineTooLongException;
import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One pass over the lines of an input, each sent as an event. {@link #send} is called by one
 * thread; {@link #stop()} and what tells how far it came, by any.
 */
final class ProduceRun {

  /** Refusals that are about the one event, so that the next may be taken. */
  private static final Set<ErrorCode> ABOUT_THE_EVENT =
      EnumSet.of(ErrorCode.EVENT_TOO_LARGE, ErrorCode.INVALID_SOURCE);

  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);
  private static final int LINES_BETWEEN_PROGRESS = 1024;
  private static final long PROGRESS_NANOS = 500_000_000;

  /**
   * A line that made no event.
   *
   * @param line from 1
   */
  record Rejection(long line, String reason) {}

  private final Producer producer;
  private final boolean named;
  private final int partition;
  private final boolean skipRejected;
  private final Streams streams;
  private final ReceiptCounter receipts = new ReceiptCounter();
  private final long startNanos = System.nanoTime();

  private volatile boolean stopped;
  private volatile long rejected;
  private volatile long storedBefore;
  private volatile Rejection firstRejection;
  private long progressNanos = startNanos;

  /**
   * Does not begin yet.
   *
   * @param named whether the producer has a name: then a line's number is its event's sequence
   * @param partition of every event, or {@link Event#ANY_PARTITION}
   * @param skipRejected whether to go on after a line that makes no event
   */
  ProduceRun(
      Producer producer, boolean named, int partition, boolean skipRejected, Streams streams) {
    this.producer = producer;
    this.named = named;
    this.partition = partition;
    this.skipRejected = skipRejected;
    this.streams = streams;
  }

  /**
   * Sends until the input ends, an event fails, a line is rejected that may not be passed over, or
   * the run is stopped; then waits for the receipts.
   */
  void send(LineReader lines, EventDecoder decoder) throws IOException {
    try {
      while (!stopped && receipts.failures() == 0 && sendNext(lines, decoder)) {
        if (streams.progress() && lines.number() % LINES_BETWEEN_PROGRESS == 0) {
          showProgress();
        }
      }
    } finally {
      producer.flush();
      if (streams.progress()) {
        streams.err().print("\r\033[K");
      }
    }
  }

  /**
   * Makes {@link #send} end at the next line, and waits for the receipts of what was sent, but not
   * as long as for a broker that may come back: whoever stops a command wants it to end.
   */
  void stop() {
    stopped = true;
    producer.close(LONGEST_GOODBYE);
  }

  /** Events acknowledged, and failed. */
  ReceiptCounter receipts() {
    return receipts;
  }

  /** Lines that were stored before, by a run of the same name. */
  long storedBefore() {
    return storedBefore;
  }

  /** Whether there may be such lines. */
  boolean isNamed() {
    return named;
  }

  /** Lines that made no event. */
  long rejected() {
    return rejected;
  }

  /** The first line that made no event; null while there is none. */
  Rejection firstRejection() {
    return firstRejection;
  }

  /** Whether rejected lines were passed over. */
  boolean skipsRejected() {
    return skipRejected;
  }

  /** Whether every line was stored. */
  boolean isComplete() {
    return !stopped && rejected == 0 && receipts.failures() == 0;
  }

  /** Time since this was made. */
  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private boolean sendNext(LineReader lines, EventDecoder decoder) throws IOException {
    try {
      byte[] line = lines.next();
      if (line == null) {
        return false;
      }
      if (named && lines.number() <= producer.lastSequence()) {
        storedBefore++;
        return true;
      }
      Event.Builder decoded = decoder.decode(line).partition(partition);
      Event event = named ? decoded.sequence(lines.number()).build() : decoded.build();
      int valueBytes = event.value() == null ? 0 : event.value().length;
      CompletableFuture<Receipt> receipt = producer.send(event);
      if (isStoredBefore(receipt)) {
        storedBefore++;
      } else {
        receipts.add(lines.number(), valueBytes, receipt);
      }
      return true;
    } catch (LineTooLongException | IllegalArgumentException e) {
      return reject(lines.number(), e.getMessage());
    } catch (MillraceException e) {
      if (stopped && e.code() == ErrorCode.CLOSED) {
        return false;
      }
      if (!ABOUT_THE_EVENT.contains(e.code())) {
        throw e;
      }
      return reject(lines.number(), e.getMessage() + " [" + e.code() + "]");
    }
  }

  /** The producer says so at once, by a receipt that has no offset. */
  private boolean isStoredBefore(CompletableFuture<Receipt> receipt) {
    return named
        && receipt.isDone()
        && !receipt.isCompletedExceptionally()
        && receipt.join().offset() == Receipt.UNKNOWN_OFFSET;
  }

  private boolean reject(long line, String reason) {
    rejected++;
    if (firstRejection == null) {
      firstRejection = new Rejection(line, reason);
    }
    return skipRejected;
  }

  private void showProgress() {
    long now = System.nanoTime();
    if (now - progressNanos >= PROGRESS_NANOS) {
      progressNanos = now;
      streams.err().printf("\r%,d events, %,.1f s", receipts.events(), seconds());
    }
  }
}
