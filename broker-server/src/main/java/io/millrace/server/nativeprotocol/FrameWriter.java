package io.millrace.server.nativeprotocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection has to send. Any thread writes; what one thread writes stays in order. The
 * socket is flushed once per read loop, and once for all that other threads and tasks wrote
 * meanwhile, never per frame.
 */
final class FrameWriter {

  /** More than this unsent, and the connection is not writable. */
  static final int HIGH_WATER_BYTES = 1024 * 1024;

  /** Less than this unsent, and it is writable again. */
  static final int LOW_WATER_BYTES = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);

  /** A frame and what keeps its bytes in memory, or null. */
  private record QueuedFrame(ByteBuf frame, AutoCloseable lease) {}

  private final Channel channel;
  private final Runnable writableAgain;

  private final Queue<QueuedFrame> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicLong handedOverBytes = new AtomicLong();
  private final AtomicBoolean takeScheduled = new AtomicBoolean();

  // The event loop's.
  private boolean reading;
  private boolean flushScheduled;

  /**
   * @param writableAgain called on the event loop when what other threads wrote has been taken over
   */
  FrameWriter(Channel channel, Runnable writableAgain) {
    this.channel = channel;
    this.writableAgain = writableAgain;
  }

  /** Sends a frame. Takes ownership. Any thread. */
  void write(ByteBuf frame) {
    write(frame, null);
  }

  /**
   * Sends a frame whose bytes are leased. Takes ownership of both; the lease is closed once, when
   * the bytes are sent or will never be. Any thread.
   */
  void write(ByteBuf frame, AutoCloseable lease) {
    QueuedFrame queued = new QueuedFrame(frame, lease);
    if (channel.eventLoop().inEventLoop()) {
      send(queued);
      flushSoon();
      return;
    }
    handedOverBytes.addAndGet(frame.readableBytes());
    handedOver.add(queued);
    if (takeScheduled.compareAndSet(false, true)) {
      try {
        channel.eventLoop().execute(this::takeHandedOver);
      } catch (RejectedExecutionException e) {
        dropHandedOver();
      }
    }
  }

  /** Whether it takes more without growing past its limit. Any thread. */
  boolean isWritable() {
    return channel.isWritable() && handedOverBytes.get() < HIGH_WATER_BYTES;
  }

  /** Bytes that wait to be taken by the client. Any thread. */
  long unsentBytes() {
    ChannelOutboundBuffer line = channel.unsafe().outboundBuffer();
    return handedOverBytes.get() + (line == null ? 0 : line.totalPendingWriteBytes());
  }

  /** The channel is being read: a flush follows when all that has come is handled. */
  void readBegins() {
    reading = true;
  }

  /** All that has come is handled. */
  void readComplete() {
    reading = false;
    channel.flush();
  }

  /** Sends what other threads have written, before what is written next here. Event loop only. */
  void takeHandedOver() {
    takeScheduled.set(false);
    long bytes = 0;
    for (QueuedFrame queued = handedOver.poll(); queued != null; queued = handedOver.poll()) {
      bytes += queued.frame.readableBytes();
      send(queued);
    }
    boolean wasFull = handedOverBytes.getAndAdd(-bytes) >= HIGH_WATER_BYTES;
    channel.flush();
    if (wasFull && channel.isWritable()) {
      writableAgain.run();
    }
  }

  /** The event loop has ended, and the channel before it. */
  private void dropHandedOver() {
    takeScheduled.set(false);
    for (QueuedFrame queued = handedOver.poll(); queued != null; queued = handedOver.poll()) {
      queued.frame.release();
      if (queued.lease != null) {
        close(queued.lease);
      }
    }
  }

  private void send(QueuedFrame queued) {
    if (queued.lease == null) {
      channel.write(queued.frame, channel.voidPromise());
    } else {
      channel.write(queued.frame).addListener(done -> close(queued.lease));
    }
  }

  private void flushSoon() {
    if (!reading && !flushScheduled) {
      flushScheduled = true;
      channel
          .eventLoop()
          .execute(
              () -> {
                flushScheduled = false;
                channel.flush();
              });
    }
  }

  /** Gives back what kept the bytes of a frame in memory. */
  static void close(AutoCloseable lease) {
    try {
      lease.close();
    } catch (Exception e) {
      LOG.error("event=lease_not_closed", e);
    }
  }
}
