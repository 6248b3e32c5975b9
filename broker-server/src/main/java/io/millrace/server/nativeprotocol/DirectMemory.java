package io.millrace.server.nativeprotocol;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.PlatformDependent;

/**
 * The shares of the JVM's direct memory that the native listener uses for input. The rest is for
 * requests in flight and for answers. The JVM's limit is {@code -XX:MaxDirectMemorySize}, which is
 * as large as the largest heap by default.
 *
 * @param frameBytes for unfinished frames: a quarter, and at least the largest frame
 * @param readBytes for what one read of each connection takes: an eighth
 */
record DirectMemory(long frameBytes, long readBytes) {

  private static final int FRAME_SHARE = 4;
  private static final int READ_SHARE = 8;

  /** The shares of this JVM. */
  static DirectMemory ofThisJvm(int largestFrameBytes) {
    return of(PlatformDependent.maxDirectMemory(), largestFrameBytes);
  }

  static DirectMemory of(long maxBytes, int largestFrameBytes) {
    return new DirectMemory(
        Math.max(maxBytes / FRAME_SHARE, capacityFor(largestFrameBytes)), maxBytes / READ_SHARE);
  }

  /** The capacity of the buffer that a frame of this size gets. */
  static int capacityFor(int frameBytes) {
    return ByteBufAllocator.DEFAULT.calculateNewCapacity(frameBytes, Integer.MAX_VALUE);
  }
}
