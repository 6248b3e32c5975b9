package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the batches of one partition end, and why some are not stored. A batch that is settled is in
 * no line any more: its memory is free, then its events are told, so that who is told can send
 * again; then its buffer is used again. Event loop only.
 *
 * <p>The socket holds a batch from its sending to its answer, or to the end of the connection. What
 * ends before that is {@link #abandoned}, and its buffer is left to the collector.
 */
final class BatchCompletion {

  private static final Logger LOG = LoggerFactory.getLogger(BatchCompletion.class);

  private final ProducerSender loop;
  private final ProducerSettings settings;
  private final int partition;

  private MillraceException lastRefusal;

  BatchCompletion(ProducerSender loop, ProducerSettings settings, int partition) {
    this.loop = loop;
    this.settings = settings;
    this.partition = partition;
  }

  /** Its events are stored, from this offset on. */
  void stored(ProducerBatch batch, long baseOffset, Instant appendTime) {
    loop.pool().free(batch);
    batch.succeed(
        loop.receipts(), new Receipt(settings.topic().name(), partition, baseOffset, appendTime));
    loop.pool().recycle(batch);
  }

  /** Its events have failed, and the socket does not hold it. */
  void failed(ProducerBatch batch, MillraceException cause) {
    abandoned(batch, cause);
    loop.pool().recycle(batch);
  }

  /** Its events have failed; the socket may still hold it. */
  void abandoned(ProducerBatch batch, MillraceException cause) {
    loop.pool().free(batch);
    tell(batch, cause);
  }

  /** Its events have failed, but it stays in line, and in memory. */
  void tell(ProducerBatch batch, MillraceException cause) {
    batch.fail(loop.receipts(), partition, cause);
  }

  /** Why batches are not stored for now, or one for good. Logged once, until one is stored. */
  void refused(MillraceException refusal) {
    if (lastRefusal == null) {
      LOG.warn(
          "event=batch_refused topic={} partition={} code={} message={}",
          settings.topic().name(),
          partition,
          refusal.code(),
          refusal.getMessage());
    }
    lastRefusal = refusal;
  }

  /** The broker stores batches again. */
  void refusedNoMore() {
    lastRefusal = null;
  }

  /** The failure of events whose delivery time is over. */
  MillraceException undelivered(String outcome) {
    return loop.undelivered(partition, outcome, lastRefusal);
  }
}
