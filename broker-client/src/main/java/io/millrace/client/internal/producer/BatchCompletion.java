package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the batches of one partition that are not in flight any more. It frees the memory of a
 * batch, then reports the outcome to its events, then recycles its buffer. Because of this order, a
 * callback of an event can send again at once. Event loop only, except {@link #lastRefusal}.
 *
 * <p>The socket holds a batch from its sending to its response, or to the end of the connection. A
 * batch that fails while the socket may hold it is not recycled; the garbage collector frees its
 * buffer.
 */
final class BatchCompletion {

  private static final Logger LOG = LoggerFactory.getLogger(BatchCompletion.class);

  private final ProducerSender producer;
  private final ProducerSettings settings;
  private final int partition;
  private final InFlightBatches inFlight;

  /** Null after a stored batch. The event loop writes it. */
  private volatile MillraceException lastRefusal;

  private int refusals;
  private long firstRefusalNanos;

  BatchCompletion(
      ProducerSender producer, ProducerSettings settings, int partition, InFlightBatches inFlight) {
    this.inFlight = inFlight;
    this.producer = producer;
    this.settings = settings;
    this.partition = partition;
  }

  /**
   * Completes a batch that is stored.
   *
   * @param baseOffset the offset of its first event, or {@link Receipt#UNKNOWN_OFFSET}
   * @param appendTime null if the offset is unknown
   */
  void stored(ProducerBatch batch, long baseOffset, Instant appendTime) {
    producer.pool().releaseMemory(batch);
    batch.succeed(
        producer.receipts(),
        new Receipt(settings.topic().name(), partition, baseOffset, appendTime));
    producer.pool().recycle(batch);
  }

  /** Fails a batch that the socket does not hold. */
  void failed(ProducerBatch batch, MillraceException cause) {
    failedWhileHeld(batch, cause);
    producer.pool().recycle(batch);
  }

  /** Fails a batch that the socket may hold. */
  void failedWhileHeld(ProducerBatch batch, MillraceException cause) {
    producer.pool().releaseMemory(batch);
    failEvents(batch, cause);
  }

  /** Fails the events of a batch that stays in flight, and keeps its memory. */
  void failEvents(ProducerBatch batch, MillraceException cause) {
    batch.fail(producer.receipts(), partition, cause);
  }

  /**
   * Records why batches are not stored, for the message of a delivery timeout. The first refusal
   * after a stored batch is logged, unless the program gets it at once, because it ends the
   * producer.
   */
  void recordRefusal(MillraceException refusal) {
    if (lastRefusal == null) {
      refusals = 0;
      firstRefusalNanos = System.nanoTime();
      logUnlessFinal(refusal);
    }
    lastRefusal = refusal;
    refusals++;
  }

  private void logUnlessFinal(MillraceException refusal) {
    if (BatchRefusal.of(refusal.code()) != BatchRefusal.ENDS_PRODUCER) {
      LOG.warn(
          "event=batch_refused topic={} partition={} code={} message={}",
          settings.topic().name(),
          partition,
          refusal.code(),
          refusal.getMessage());
    }
  }

  /** Forgets the recorded refusal, because the broker accepts batches once more. */
  void clearRefusal() {
    lastRefusal = null;
  }

  /** The newest refusal after the last stored batch; empty if there is none. Any thread. */
  Optional<MillraceException> lastRefusal() {
    return Optional.ofNullable(lastRefusal);
  }

  /**
   * Why batches of the partition are not stored, as the end of a message: no connection, refusals,
   * or no answer; since when, how often, and what to do.
   */
  String delay() {
    String refused = lastRefusal == null ? "" : "; " + describeRefusals();
    return producer
        .outage()
        .map(outage -> "; there is " + outage + refused)
        .orElse(
            refused.isEmpty()
                ? producer
                    .throttle()
                    .reason(inFlight::mayHaveSource)
                    .map(text -> "; " + text)
                    .orElse(
                        "; the broker is connected and has not answered: see its log and"
                            + " /health/ready")
                : refused);
  }

  private String describeRefusals() {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - firstRefusalNanos);
    return refusals
        + (refusals == 1 ? " refusal" : " refusals")
        + " since "
        + seconds
        + " s; last refusal: "
        + lastRefusal.code()
        + ": "
        + lastRefusal.getMessage();
  }

  /**
   * The failure of events whose delivery timeout is over.
   *
   * @param outcome whether they are stored
   */
  MillraceException deliveryTimeout(String outcome) {
    return producer.deliveryTimeout(partition, outcome, delay());
  }
}
