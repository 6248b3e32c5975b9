package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;

/** Whole batches where they are mapped; holds the mapping until closed. */
final class MappedSlice implements LogSlice {

  private static final int PAGE_BYTES = 4096;

  /** Written so that the compiler cannot drop the reads that touch the pages. */
  @SuppressWarnings("unused")
  private static volatile int touched;

  private final AtomicReference<Mapping> lease;
  private final ByteBuffer buffer;
  private final int from;
  private final long firstOffset;
  private final long nextOffset;
  private final boolean cold;
  private final Runnable onDamage;

  /**
   * @param lease held by the caller; taken over
   * @param onDamage run when the bytes turn out to be no batches
   */
  MappedSlice(
      Mapping lease,
      int from,
      int to,
      long firstOffset,
      long nextOffset,
      boolean cold,
      Runnable onDamage) {
    this.lease = new AtomicReference<>(lease);
    this.buffer =
        lease.buffer().slice(from, to - from).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    this.from = from;
    this.firstOffset = firstOffset;
    this.nextOffset = nextOffset;
    this.cold = cold;
    this.onDamage = onDamage;
  }

  @Override
  public ByteBuffer buffer() {
    requireLease();
    return buffer;
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  @Override
  public boolean cold() {
    return cold;
  }

  @Override
  public void load() {
    Mapping mapping = requireLease();
    mapping.willNeed(from, from + buffer.capacity());
    try {
      touchPages();
      requireBatches(mapping);
    } catch (StorageException damaged) {
      onDamage.run();
      throw damaged;
    } catch (InternalError unreadable) {
      // What the JVM makes of a page that the disk cannot give.
      onDamage.run();
      throw new StorageException(
          ErrorCode.CORRUPT_LOG,
          "the disk cannot read offsets "
              + firstOffset
              + " to "
              + (nextOffset - 1)
              + " of "
              + mapping.path()
              + "; the segment is being checked, subscribe again to be told where to go on; check the"
              + " disk and the system's log",
          unreadable);
    }
  }

  private void touchPages() {
    int sum = 0;
    for (int at = 0; at < buffer.capacity(); at += PAGE_BYTES) {
      sum += buffer.get(at);
    }
    touched = sum + buffer.get(buffer.capacity() - 1);
  }

  /** A cold slice was cut by the index, which is not the truth about its batches. */
  private void requireBatches(Mapping mapping) {
    ByteBuffer bytes = mapping.buffer();
    int end = from + buffer.capacity();
    long offset = firstOffset;
    for (int at = from; at < end; ) {
      int length = BatchChain.require(bytes, at, end, offset, mapping.path());
      offset = BatchHeader.nextOffset(bytes, at);
      at += length;
    }
  }

  private Mapping requireLease() {
    Mapping mapping = lease.get();
    if (mapping == null) {
      throw new IllegalStateException("the slice up to offset " + nextOffset + " is closed");
    }
    return mapping;
  }

  @Override
  public void close() {
    Mapping mapping = lease.getAndSet(null);
    if (mapping != null) {
      mapping.release();
    }
  }
}
