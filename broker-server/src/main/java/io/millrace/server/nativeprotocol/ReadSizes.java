package io.millrace.server.nativeprotocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The sizes of reads. The size adapts to the traffic of each connection, up to a share of a common
 * memory: an incomplete frame keeps the buffer of its read. Any thread.
 */
final class ReadSizes extends AdaptiveRecvByteBufAllocator {

  private static final int MIN_BYTES = 1024;
  private static final int FIRST_BYTES = 4096;

  /** The largest read of a connection. */
  static final int MAX_BYTES = 512 * 1024;

  /**
   * The largest read with TLS: four records. The bytes are copied when they are decrypted, and the
   * buffer of the read stays until its last record is complete.
   */
  static final int MAX_ENCRYPTED_BYTES = 64 * 1024;

  /** With any number of connections, a read may take this much. */
  private static final int SMALLEST_SHARE_BYTES = 4096;

  private final long allBytes;
  private final IntSupplier connections;
  private final int maxBytes;

  /**
   * @param allBytes the memory for one read of every connection
   * @param connections the number of connections
   * @param maxBytes the largest read
   */
  ReadSizes(long allBytes, IntSupplier connections, int maxBytes) {
    super(MIN_BYTES, FIRST_BYTES, maxBytes);
    this.maxBytes = maxBytes;
    this.allBytes = allBytes;
    this.connections = connections;
  }

  @Override
  @SuppressWarnings("deprecation") // of the interface, not of what Netty needs
  public Handle newHandle() {
    return new LimitedHandle((ExtendedHandle) super.newHandle());
  }

  private int limitBytes() {
    long share = allBytes / Math.max(1, connections.getAsInt());
    return (int) Math.max(SMALLEST_SHARE_BYTES, Math.min(maxBytes, share));
  }

  /** The adapting handle of Netty, whose guess is limited. Event loop of the connection. */
  private final class LimitedHandle implements RecvByteBufAllocator.ExtendedHandle {

    private final ExtendedHandle adapting;

    LimitedHandle(ExtendedHandle adapting) {
      this.adapting = adapting;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }

    @Override
    public int guess() {
      return Math.min(adapting.guess(), limitBytes());
    }

    @Override
    public void reset(ChannelConfig config) {
      adapting.reset(config);
    }

    @Override
    public void incMessagesRead(int messages) {
      adapting.incMessagesRead(messages);
    }

    @Override
    public void lastBytesRead(int bytes) {
      adapting.lastBytesRead(bytes);
    }

    @Override
    public int lastBytesRead() {
      return adapting.lastBytesRead();
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      adapting.attemptedBytesRead(bytes);
    }

    @Override
    public int attemptedBytesRead() {
      return adapting.attemptedBytesRead();
    }

    @Override
    public boolean continueReading() {
      return adapting.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return adapting.continueReading(maybeMoreData);
    }

    @Override
    public void readComplete() {
      adapting.readComplete();
    }
  }
}
