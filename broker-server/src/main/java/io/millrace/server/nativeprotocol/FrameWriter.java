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
 * Writes the frames of a connection. Any thread; the frames of one thread stay in order. A thread
 * other than the event loop puts its frames into a queue, and the event loop writes them. The
 * socket is never flushed per frame. One flush covers all frames of a read loop. One flush also
 * covers all frames that other threads and tasks wrote since the last flush.
 */
final class FrameWriter {

  /** With more unsent bytes than this, the connection is not writable. */
  static final int HIGH_WATER_BYTES = 1024 * 1024;

  /** With fewer unsent bytes than this, a connection that was not writable becomes writable. */
  static final int LOW_WATER_BYTES = 256 * 1024;

  /** Most attempts to read a moment in which no frame moves. */
  private static final int MAX_LOOKS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);

  /**
   * @param lease keeps the bytes of the frame in memory; null if the frame owns them
   */
  private record QueuedFrame(ByteBuf frame, AutoCloseable lease) {}

  private final Channel channel;
  private final Runnable writableAgain;

  private final Queue<QueuedFrame> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean writeScheduled = new AtomicBoolean();

  // Event loop only.
  private boolean reading;
  private boolean flushScheduled;

  /**
   * @param writableAgain called on the event loop when the queue was full and has been written
   */
  FrameWriter(Channel channel, Runnable writableAgain) {
    this.channel = channel;
    this.writableAgain = writableAgain;
  }

  /** Writes a frame. Takes ownership. Any thread. */
  void write(ByteBuf frame) {
    write(frame, null);
  }

  /**
   * Writes a frame whose bytes are leased. Takes ownership of both. The lease is closed once: when
   * the bytes are sent, or when it is certain that they are never sent. Any thread.
   */
  void write(ByteBuf frame, AutoCloseable lease) {
    QueuedFrame queued = new QueuedFrame(frame, lease);
    if (channel.eventLoop().inEventLoop()) {
      send(queued);
      flushSoon();
      return;
    }
    queuedBytes.addAndGet(frame.readableBytes());
    queue.add(queued);
    if (writeScheduled.compareAndSet(false, true)) {
      try {
        channel.eventLoop().execute(this::writeQueued);
      } catch (RejectedExecutionException e) {
        releaseQueued();
      }
    }
  }

  /** Whether the unsent bytes are below the limit. Any thread. */
  boolean isWritable() {
    return channel.isWritable() && queuedBytes.get() < HIGH_WATER_BYTES;
  }

  /**
   * The bytes that wait for the client to take them. No frame counts twice; one that moves from the
   * queue to the channel at this moment may be missing. Any thread.
   */
  long unsentBytes() {
    long queued = queuedBytes.get();
    for (int i = 0; i < MAX_LOOKS; i++) {
      long written = writtenBytes();
      long queuedAfter = queuedBytes.get();
      if (queued == queuedAfter) {
        return queued + written;
      }
      queued = queuedAfter; // frames have moved meanwhile
    }
    return Math.max(queued, writtenBytes());
  }

  private long writtenBytes() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  /** A read loop begins; {@link #readComplete} flushes at its end. */
  void readBegins() {
    reading = true;
  }

  /** The read loop has ended: every frame that was read is handled. */
  void readComplete() {
    reading = false;
    channel.flush();
  }

  /**
   * Writes the queued frames of other threads and flushes. Event loop only. The caller's next frame
   * comes after them.
   */
  void writeQueued() {
    writeScheduled.set(false);
    boolean wasFull = false;
    for (QueuedFrame queued = poll(); queued != null; queued = poll()) {
      wasFull |= queuedBytes.get() + queued.frame.readableBytes() >= HIGH_WATER_BYTES;
      send(queued);
    }
    channel.flush();
    if (wasFull && channel.isWritable()) {
      writableAgain.run();
    }
  }

  /** Takes the next frame out of the queue, where it counts no more; null if there is none. */
  private QueuedFrame poll() {
    QueuedFrame queued = queue.poll();
    if (queued != null) {
      queuedBytes.addAndGet(-queued.frame.readableBytes());
    }
    return queued;
  }

  /** Releases the queued frames. The event loop has ended, and the channel is closed. */
  private void releaseQueued() {
    writeScheduled.set(false);
    for (QueuedFrame queued = poll(); queued != null; queued = poll()) {
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

  /** Closes the lease of a frame. A failure is logged. */
  static void close(AutoCloseable lease) {
    try {
      lease.close();
    } catch (Exception e) {
      LOG.error("event=lease_not_closed", e);
    }
  }
}
