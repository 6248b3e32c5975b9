package io.millrace.server.tls;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The direct memory for bytes that are encrypted and that clients have not taken yet: an eighth of
 * the memory of the JVM, which all connections share. Any thread.
 */
final class EncryptionMemory {

  /** With any number of connections, each may encrypt one record. */
  static final int MIN_BYTES = 16 * 1024;

  /** With more, a single connection is no faster. */
  static final int MAX_BYTES = 256 * 1024;

  private static final int SHARE = 8;

  private final long allBytes;
  private final AtomicInteger connections = new AtomicInteger();

  EncryptionMemory(long allBytes) {
    this.allBytes = allBytes;
  }

  /** The share of this JVM. */
  static EncryptionMemory ofThisJvm() {
    return new EncryptionMemory(PlatformDependent.maxDirectMemory() / SHARE);
  }

  void opened() {
    connections.incrementAndGet();
  }

  void closed() {
    connections.decrementAndGet();
  }

  /** The most bytes that one connection may have encrypted and not sent now. */
  int ofOneConnection() {
    return (int)
        Math.max(MIN_BYTES, Math.min(MAX_BYTES, allBytes / Math.max(1, connections.get())));
  }
}
