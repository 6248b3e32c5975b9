package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends the audit log's events to their topic, whose only writer it is. The caller begins one
 * append after the other. Any thread.
 */
public final class AuditTopicWriter {

  private static final int TARGET_BYTES = 128 * 1024;
  private static final byte[] SOURCE = "audit".getBytes(StandardCharsets.UTF_8);

  private final Partition partition;
  private final BatchLimits limits;
  private final BatchBuilder builder;

  /**
   * An event.
   *
   * @param key null: none
   */
  public record Entry(long timeMicros, byte[] key, byte[] value) {}

  AuditTopicWriter(Partition partition, BatchLimits limits) {
    this.partition = partition;
    this.limits = limits;
    int target = Math.min(TARGET_BYTES, Math.min(limits.maxBatchBytes(), limits.maxRecordsBytes()));
    this.builder = new BatchBuilder(target, limits.maxBatchBytes(), BatchCodec.NONE);
  }

  /**
   * Appends the first events of a list, as many as a batch takes. The next call comes after the
   * future of this one is complete.
   *
   * @param entries not empty
   * @return completes with their number when they are durable; fails with {@link BrokerException}:
   *     {@code EVENT_TOO_LARGE} if the first one exceeds the broker's limits, or the refusal of the
   *     partition
   */
  public CompletableFuture<Integer> append(List<Entry> entries) {
    builder.reset();
    int added = 0;
    while (added < entries.size() && add(entries.get(added))) {
      added++;
    }
    CompletableFuture<Integer> durable = new CompletableFuture<>();
    if (added == 0) {
      durable.completeExceptionally(
          new BrokerException(
              ErrorCode.EVENT_TOO_LARGE,
              "an event of the audit log exceeds limits.maxEventBytes or limits.maxBatchBytes"));
      return durable;
    }
    ByteBuffer batch = builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    Answer answer = new Answer(durable, added);
    try {
      partition.owner().execute(() -> partition.appendInternal(batch, AckLevel.SYNCED, answer));
    } catch (RuntimeException e) {
      durable.completeExceptionally(e); // the owner has ended
    }
    return durable;
  }

  private boolean add(Entry entry) {
    int bytes = BatchBuilder.maxRecordBytes(SOURCE, entry.key(), entry.value(), List.of());
    int limit = Math.min(limits.maxEventBytes(), limits.maxBatchBytes() - BatchHeader.BYTES);
    return bytes <= Math.min(limit, limits.maxRecordsBytes())
        && builder.add(SOURCE, entry.timeMicros(), entry.key(), entry.value(), List.of());
  }

  private record Answer(CompletableFuture<Integer> durable, int events) implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      durable.complete(events);
    }

    @Override
    public void refused(BrokerException cause) {
      durable.completeExceptionally(cause);
    }
  }
}
