package io.millrace.storage.memory;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.concurrent.atomic.AtomicLong;

/** The heap space that all logs of one storage share. Any thread. */
final class HeapSpace {

  private final long capacityBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  HeapSpace(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  HeapSpace emptied() {
    return new HeapSpace(capacityBytes);
  }

  long usableBytes() {
    return capacityBytes - takenBytes.get();
  }

  /** Reserves bytes; if they are not free, refuses with {@code DISK_FULL} and reserves none. */
  void take(long bytes) {
    long taken = takenBytes.addAndGet(bytes);
    if (taken > capacityBytes) {
      giveBack(bytes);
      throw new StorageException(
          ErrorCode.DISK_FULL,
          "the memory storage is full: limit "
              + capacityBytes
              + " bytes, "
              + (taken - bytes)
              + " in use, "
              + bytes
              + " wanted; appends resume when retention or the deletion of a topic makes room");
    }
  }

  void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }
}
