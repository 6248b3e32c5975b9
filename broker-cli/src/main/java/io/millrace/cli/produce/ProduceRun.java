package io.millrace.cli.produce;

import io.millrace.cli.command.Plural;
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
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Sends each line of an input as an event, once. One thread calls {@link #send}; all other methods
 * can be called from any thread. The caller closes the producer.
 */
final class ProduceRun {

  /** Refusals of a single event; the producer accepts the next one. */
  private static final Set<ErrorCode> SINGLE_EVENT_REFUSALS =
      EnumSet.of(ErrorCode.EVENT_TOO_LARGE, ErrorCode.INVALID_SOURCE);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int LINES_BETWEEN_PROGRESS = 1024;

  /** With this number of lines for each partition, hardly any has none. */
  private static final int MANY_LINES = 100;

  private static final long PROGRESS_NANOS = 500_000_000;

  /**
   * A line that is not a valid event.
   *
   * @param line its number, from 1
   * @param reason what is wrong with it
   * @param code name of the error code with which the client refuses it, or {@link #NO_CODE}
   */
  record Rejection(long line, String reason, String code) {

    static final String NO_CODE = "FAILED";
  }

  private final Producer producer;
  private final String name;
  private final int partition;
  private final boolean skipRejected;
  private final Streams streams;
  private final ReceiptCounter receipts = new ReceiptCounter();
  private final long startNanos = System.nanoTime();

  /** Held while a line is sent, so that the last line is that of the last receipt. */
  private final Object sending = new Object();

  private long lastLine;

  private volatile boolean stopped;
  private volatile boolean aborted;
  private volatile boolean ended;
  private volatile long rejected;
  private volatile long storedBefore;
  private volatile Rejection firstRejection;
  private long progressNanos = startNanos;

  /**
   * Creates a run; {@link #send} starts it.
   *
   * @param name the name of the producer; the sequence number of an event is then the number of its
   *     line. Null: none
   * @param partition the partition of every event, or {@link Event#ANY_PARTITION}
   * @param skipRejected whether {@link #send} continues after a line that is not a valid event
   */
  ProduceRun(Producer producer, String name, int partition, boolean skipRejected, Streams streams) {
    this.producer = producer;
    this.name = name;
    this.partition = partition;
    this.skipRejected = skipRejected;
    this.streams = streams;
  }

  /**
   * Sends the lines and waits for their receipts. It returns at the end of the input, after the
   * failure of an event, at a rejected line that must not be skipped, or after {@link #stop()}.
   *
   * @throws IOException if the input cannot be read
   */
  void send(LineReader lines, EventDecoder decoder) throws IOException {
    try {
      while (!stopped && receipts.failures() == 0 && sendNext(lines, decoder)) {
        if (streams.progress() && lines.number() % LINES_BETWEEN_PROGRESS == 0) {
          showProgress();
        }
      }
    } catch (MillraceException e) {
      producer.flush();
      if (!isReplaced()) {
        aborted = true;
        throw e;
      }
      // The report says it.
    } finally {
      producer.flush();
      if (streams.progress()) {
        streams.err().print("\r\033[K");
      }
    }
  }

  /**
   * Makes {@link #send} return at the next line, and waits for the receipts of the events that were
   * sent, for at most 5 s. After Ctrl-C, a user does not want to wait for the delivery timeout.
   */
  void stop() {
    stopped = true;
    producer.close(STOP_TIMEOUT);
  }

  /** The numbers of acknowledged and failed events. */
  ReceiptCounter receipts() {
    return receipts;
  }

  /**
   * The first partition that was probably added to the topic since the earlier run of a named
   * import: no line of the name is in it or after it, although the earlier run stored many: each
   * partition should have some. Empty if there is none, or if all lines go to one partition.
   */
  OptionalInt firstAddedPartition() {
    if (name == null || partition != Event.ANY_PARTITION) {
      return OptionalInt.empty();
    }
    int first = producer.partitions();
    while (first > 0 && producer.lastSequence(first - 1) == Event.NO_SEQUENCE) {
      first--;
    }
    long lines = IntStream.range(0, first).mapToLong(producer::lastSequence).max().orElse(0);
    boolean isFull = lines >= (long) MANY_LINES * producer.partitions();
    return first < producer.partitions() && isFull ? OptionalInt.of(first) : OptionalInt.empty();
  }

  /** The number of lines that an earlier run of the same name has stored. */
  long storedBefore() {
    return storedBefore;
  }

  /** Whether the producer has a name. */
  boolean isNamed() {
    return name != null;
  }

  /** The name of the producer; null: none. */
  String name() {
    return name;
  }

  /** Whether {@link #stop} was called. */
  boolean isStopped() {
    return stopped;
  }

  /** Whether a failure that is not that of one event ended {@link #send}. */
  boolean isAborted() {
    return aborted;
  }

  /** The last line that was sent, was stored before or was rejected; 0: none. */
  long lastLine() {
    synchronized (sending) {
      return lastLine;
    }
  }

  /**
   * The line from which the rest of the input has to be sent: the first one without
   * acknowledgement. Lines after it can be stored already. Empty if all lines are acknowledged, and
   * for a run with a name, whose lines keep their numbers: it is repeated from the first line on.
   */
  OptionalLong nextLine() {
    if (isNamed()) {
      return OptionalLong.empty();
    }
    synchronized (sending) {
      OptionalLong unacknowledged = receipts.lowestFailure();
      if (unacknowledged.isPresent() || ended) {
        return unacknowledged;
      }
      boolean isStoppedAtRejection = firstRejection != null && !skipRejected;
      return OptionalLong.of(isStoppedAtRejection ? lastLine : lastLine + 1);
    }
  }

  /** Whether another run with the same name has begun, which ends this one. */
  boolean isReplaced() {
    ReceiptCounter.Failure failure = receipts.firstFailure();
    return failure != null
        && failure.cause() instanceof MillraceException cause
        && cause.code() == ErrorCode.STALE_PRODUCER_EPOCH;
  }

  /** The number of lines that are not valid events. */
  long rejected() {
    return rejected;
  }

  /** The first line that is not a valid event; null while there is none. */
  Rejection firstRejection() {
    return firstRejection;
  }

  /** Whether rejected lines are skipped. */
  boolean skipsRejected() {
    return skipRejected;
  }

  /** Whether every line so far was acknowledged or was already stored. */
  boolean isComplete() {
    return !stopped && rejected == 0 && receipts.failures() == 0;
  }

  /** The time since the run was created, in seconds. */
  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private boolean sendNext(LineReader lines, EventDecoder decoder) throws IOException {
    try {
      byte[] line = lines.next();
      if (line == null) {
        ended = true;
        return false;
      }
      synchronized (sending) {
        send(lines.number(), line, decoder);
        lastLine = lines.number();
      }
      return true;
    } catch (LineTooLongException | IllegalArgumentException e) {
      return reject(lines.number(), e.getMessage(), Rejection.NO_CODE);
    } catch (MillraceException e) {
      if (stopped && e.code() == ErrorCode.CLOSED) {
        return false;
      }
      if (!SINGLE_EVENT_REFUSALS.contains(e.code())) {
        throw e;
      }
      return reject(lines.number(), e.getMessage(), e.code().name());
    }
  }

  private void send(long number, byte[] line, EventDecoder decoder) {
    if (isNamed() && number <= producer.lastSequence()) {
      storedBefore++;
      return;
    }
    Event.Builder decoded = decoder.decode(line).partition(partition);
    Event event = isNamed() ? decoded.sequence(number).build() : decoded.build();
    int valueBytes = event.value() == null ? 0 : event.value().length;
    CompletableFuture<Receipt> receipt = producer.send(event);
    if (isStoredBefore(receipt)) {
      storedBefore++;
    } else {
      receipts.add(number, valueBytes, receipt);
    }
  }

  /**
   * Whether an earlier run has stored the event: its receipt then completes at once, without an
   * offset.
   */
  private boolean isStoredBefore(CompletableFuture<Receipt> receipt) {
    return isNamed()
        && receipt.isDone()
        && !receipt.isCompletedExceptionally()
        && receipt.join().offset() == Receipt.UNKNOWN_OFFSET;
  }

  private boolean reject(long line, String reason, String code) {
    rejected++;
    synchronized (sending) {
      lastLine = line;
    }
    if (firstRejection == null) {
      firstRejection = new Rejection(line, reason, code);
    }
    return skipRejected;
  }

  private void showProgress() {
    long now = System.nanoTime();
    if (now - progressNanos >= PROGRESS_NANOS) {
      progressNanos = now;
      double seconds = seconds();
      streams
          .err()
          .printf(
              "\r\033[K%s stored, %,.1f s, %,.0f events/s",
              Plural.of(receipts.events(), "event"), seconds, receipts.events() / seconds);
    }
  }
}
