package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ByteSize;
import io.millrace.server.log.LineLimit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory for the unfinished frames of all connections. A connection claims the memory for a
 * whole frame before it reads more of the frame than its read buffer holds. If there is not enough,
 * the claim waits, and the connection is not read from. Claims get memory in the order in which
 * they were made, so that each frame gets it at last. The limit is at least one frame.
 *
 * <p>While claims wait, frames that come too slowly or take longer than 10 s lose their memory: the
 * connection is closed. Thus clients that begin frames and do not finish them cannot keep others
 * out. Any thread.
 */
final class FrameMemory {

  /** A frame may be slow for this long. */
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A frame that comes more slowly than this can lose its memory. */
  static final long SLOW_BYTES_PER_SECOND = 64 * 1024;

  /** While claims wait, a frame may have its memory for this long, however fast it comes. */
  static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Logger LOG = LoggerFactory.getLogger(FrameMemory.class);

  /** The claim for one frame. The methods are called on any thread. */
  abstract static class Claim {

    private final long bytes;
    private long sinceNanos;
    private boolean granted;
    private boolean displaced;
    private volatile long receivedBytes;
    private boolean held;

    /**
     * @param bytes the memory for the whole frame
     */
    Claim(long bytes) {
      this.bytes = bytes;
    }

    /** The claim has waited and has the memory now. */
    abstract void granted();

    /**
     * The claim loses its memory. The connection must release it.
     *
     * @param reason for the client
     */
    abstract void displaced(String reason);

    /** Records how many bytes of the frame have come. */
    final void received(long frameBytes) {
      receivedBytes = frameBytes;
    }

    private double bytesPerNano(long now) {
      return (double) receivedBytes / (now - sinceNanos);
    }

    private boolean isSlow(long now) {
      return granted
          && !displaced
          && !held
          && now - sinceNanos >= GRACE_NANOS
          && (now - sinceNanos >= HOLD_NANOS
              || bytesPerNano(now) * TimeUnit.SECONDS.toNanos(1) < SLOW_BYTES_PER_SECOND);
    }
  }

  private final long limitBytes;
  private final LongSupplier nanoTime;
  private final LineLimit lines = new LineLimit();

  // Guarded by this object. Callbacks of claims are called without its lock.
  private final Set<Claim> claims = new LinkedHashSet<>();
  private final Queue<Claim> waiting = new ArrayDeque<>();
  private long usedBytes;
  private long waitingBytes;
  private long displacedBytes;

  /**
   * @param limitBytes at least the memory of the largest frame
   */
  FrameMemory(long limitBytes, LongSupplier nanoTime) {
    this.limitBytes = limitBytes;
    this.nanoTime = nanoTime;
  }

  /** The memory that claims have. */
  synchronized long usedBytes() {
    return usedBytes;
  }

  /** Makes a claim. Returns whether it has the memory; otherwise it waits. */
  boolean claim(Claim claim) {
    boolean granted;
    synchronized (this) {
      claims.add(claim);
      granted = waiting.isEmpty() && usedBytes + claim.bytes <= limitBytes;
      if (granted) {
        grant(claim);
      } else {
        waiting.add(claim);
        waitingBytes += claim.bytes;
      }
    }
    if (!granted) {
      logFull();
      makeRoom();
    }
    return granted;
  }

  /** Ends a claim, which may wait. Does nothing if it has ended already. */
  void release(Claim claim) {
    List<Claim> granted = new ArrayList<>();
    synchronized (this) {
      if (!claims.remove(claim)) {
        return;
      }
      if (claim.granted) {
        usedBytes -= claim.bytes;
        displacedBytes -= claim.displaced ? claim.bytes : 0;
      } else {
        waiting.remove(claim);
        waitingBytes -= claim.bytes;
      }
      while (!waiting.isEmpty() && usedBytes + waiting.peek().bytes <= limitBytes) {
        Claim next = waiting.remove();
        waitingBytes -= next.bytes;
        grant(next);
        granted.add(next);
      }
    }
    granted.forEach(Claim::granted);
  }

  /**
   * A claim that is held up is not slow: the broker is the cause that the frame does not come.
   * Afterwards, its time begins again.
   */
  synchronized void holdUp(Claim claim, boolean on) {
    if (claim.held && !on) {
      claim.sinceNanos = nanoTime.getAsLong();
    }
    claim.held = on;
  }

  /**
   * Takes the memory of slow frames if claims wait: the slowest first, and no more than the waiting
   * claims need. A waiting connection calls it from time to time.
   */
  void makeRoom() {
    List<Claim> displaced = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      while (limitBytes - usedBytes + displacedBytes < waitingBytes) {
        Optional<Claim> slowest =
            claims.stream()
                .filter(claim -> claim.isSlow(now))
                .min(Comparator.comparingDouble(claim -> claim.bytesPerNano(now)));
        if (slowest.isEmpty()) {
          break;
        }
        slowest.get().displaced = true;
        displacedBytes += slowest.get().bytes;
        displaced.add(slowest.get());
      }
    }
    for (Claim claim : displaced) {
      claim.displaced(
          "the memory for unfinished frames is full ("
              + ByteSize.format(limitBytes)
              + "), and this frame came too slowly: "
              + claim.receivedBytes
              + " bytes so far; send smaller batches, or give the broker more direct memory");
    }
  }

  private void grant(Claim claim) {
    claim.granted = true;
    claim.sinceNanos = nanoTime.getAsLong();
    usedBytes += claim.bytes;
  }

  private void logFull() {
    long times = lines.count();
    if (times > 0) {
      LOG.warn("event=frame_memory_full limit={} times={}", ByteSize.format(limitBytes), times);
    }
  }
}
