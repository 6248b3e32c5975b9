package io.millrace.storage.mapped;

/** What madvise(2) is told, by Linux's numbers. */
enum MemoryAdvice {
  NORMAL(0),
  /**
   * No read-ahead and no fault-around: on a mapping that is written, faulting around a page makes
   * its neighbours dirty, and a small force then writes 11 to 16 times its size.
   */
  RANDOM(1),
  WILL_NEED(3),
  /** Faults all pages in, writable (Linux 5.14). */
  POPULATE_WRITE(23);

  private final int code;

  MemoryAdvice(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
