package io.millrace.core;

/** The bytes that one owner has reserved in a share. One thread at a time. */
final class MemoryReservation implements AutoCloseable {

  private final MemoryShare share;
  private long bytes;

  MemoryReservation(MemoryShare share) {
    this.share = share;
  }

  /** The limit of the share. */
  long limit() {
    return share.limit();
  }

  /** Changes the size. False, with nothing changed, if it grows and the share has no space. */
  boolean tryResize(long wanted) {
    if (wanted > bytes && !share.tryReserve(wanted - bytes)) {
      return false;
    }
    if (wanted < bytes) {
      share.release(bytes - wanted);
    }
    bytes = wanted;
    return true;
  }

  /** Changes the size, if necessary beyond the limit of the share. */
  void resize(long wanted) {
    share.reserve(wanted - bytes);
    bytes = wanted;
  }

  @Override
  public void close() {
    resize(0);
  }
}
