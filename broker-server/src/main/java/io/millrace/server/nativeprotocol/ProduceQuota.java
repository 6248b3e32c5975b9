package io.millrace.server.nativeprotocol;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.protocol.record.SourceBytes;
import io.millrace.protocol.record.SourceFilter;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.server.quota.QuotaAccount;
import io.millrace.server.quota.QuotaKind;
import io.millrace.server.quota.QuotaSubject;
import io.millrace.server.quota.Quotas;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Charges PRODUCE requests to the accounts of their client and of the sources of their events. One
 * for all connections; any thread.
 */
final class ProduceQuota {

  /** The sources of one batch that are charged; a batch of more has invented names. */
  private static final int MAX_SOURCES = 1024;

  private static final int MAX_IDLE = 8;

  private final Quotas quotas;
  private final int maxRecordsBytes;
  private final boolean limitsSources;

  /**
   * The bits of all sources with a quota in the filter of a batch; null: any source may have one.
   */
  private final long[] sourceBits;

  private final BlockingQueue<SourceBytes> idle = new ArrayBlockingQueue<>(MAX_IDLE);

  /**
   * @param maxRecordsBytes limit of the records of a batch before compression
   */
  ProduceQuota(Quotas quotas, int maxRecordsBytes) {
    this.quotas = quotas;
    this.maxRecordsBytes = maxRecordsBytes;
    this.limitsSources = quotas.limitsSources();
    this.sourceBits = quotas.limitedSources().map(ProduceQuota::bits).orElse(null);
  }

  /** How long a request is to be delayed: the longest of its delays, and the account of it. */
  static final class Delay {
    private QuotaAccount account;
    private long nanos;
    private int sources;

    QuotaAccount account() {
      return account;
    }

    /** 0: not at all. */
    long nanos() {
      return nanos;
    }

    private void add(QuotaAccount charged, long bytes, long nowNanos) {
      long delay = charged.produce().map(rate -> rate.charge(bytes, nowNanos)).orElse(0L);
      if (delay > nanos) {
        nanos = delay;
        account = charged;
      }
    }
  }

  /**
   * Charges a request.
   *
   * @param client the account of its client; empty: the client has no quota
   */
  Delay charge(ProduceRequest request, Optional<QuotaAccount> client, long nowNanos) {
    Delay delay = new Delay();
    int bytes = request.batch().readableBytes();
    client.ifPresent(account -> delay.add(account, bytes, nowNanos));
    if (limitsSources && mayHaveQuota(request.batch())) {
      chargeSources(request.batch().nioBuffer(), delay, nowNanos);
    }
    return delay;
  }

  private static long[] bits(List<String> sources) {
    return sources.stream()
        .mapToLong(source -> SourceFilter.bits(source.getBytes(StandardCharsets.UTF_8)))
        .toArray();
  }

  /** The filter in the header excludes most batches. If it is forged, the append refuses it. */
  private boolean mayHaveQuota(ByteBuf batch) {
    if (sourceBits == null || batch.readableBytes() < BatchHeader.BYTES) {
      return sourceBits == null;
    }
    ByteBuffer header = batch.nioBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    long filter = BatchHeader.sourceFilter(header, 0);
    return Arrays.stream(sourceBits).anyMatch(bits -> SourceFilter.mayContain(filter, bits));
  }

  private void chargeSources(ByteBuffer batch, Delay delay, long nowNanos) {
    SourceBytes divider = idle.poll();
    if (divider == null) {
      divider = new SourceBytes(maxRecordsBytes);
    }
    try {
      divider.divide(batch, (source, bytes) -> chargeSource(source, bytes, delay, nowNanos));
    } catch (InvalidBatchException e) {
      // The append refuses the batch, and says why.
      delay.sources = 0;
    } finally {
      idle.offer(divider); // if the queue is full, the garbage collector frees this one
    }
  }

  private void chargeSource(String source, long bytes, Delay delay, long nowNanos) {
    if (++delay.sources <= MAX_SOURCES) {
      quotas
          .account(new QuotaSubject(QuotaKind.SOURCE, source))
          .ifPresent(account -> delay.add(account, bytes, nowNanos));
    }
  }
}
