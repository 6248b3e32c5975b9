package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
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
  private final long nextOffset;
  private final boolean cold;

  /**
   * @param lease held by the caller; taken over
   */
  MappedSlice(Mapping lease, int from, int to, long nextOffset, boolean cold) {
    this.lease = new AtomicReference<>(lease);
    this.buffer =
        lease.buffer().slice(from, to - from).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    this.from = from;
    this.nextOffset = nextOffset;
    this.cold = cold;
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
    int bytes = buffer.capacity();
    mapping.advise(MemoryAdvice.WILL_NEED, from, from + bytes);
    int sum = 0;
    try {
      for (int at = 0; at < bytes; at += PAGE_BYTES) {
        sum += buffer.get(at);
      }
      sum += buffer.get(bytes - 1);
    } catch (InternalError unreadable) {
      // What the JVM makes of a page that the disk cannot give.
      throw new StorageException(
          ErrorCode.CORRUPT_LOG,
          "the disk cannot read the batches before offset "
              + nextOffset
              + "; check the disk and the system's log",
          unreadable);
    }
    touched = sum;
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
