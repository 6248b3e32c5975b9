package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ByteSize;
import io.millrace.server.log.LineLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory for the unfinished frames of all connections. A connection claims the memory for a
 * whole frame before it reads more of the frame than its read buffer holds. If there is not enough,
 * the claim waits, and the connection is not read from. The limit is at least one frame.
 *
 * <p>The claims of one {@link ClaimOrigin} share. The origin with the fewest bytes gets memory
 * next; between equal ones, and within an origin, it is the claim that has waited longest. An
 * origin gets no further claim with which it would have more than three times the bytes that are
 * left. So one origin alone takes at most three quarters, two take three sevenths each, and so on:
 * a part stays free for origins that have nothing (dynamic thresholds, Choudhury and Hahne 1998).
 * An origin that has nothing gets its first claim if it fits. Until it fits, no other claim gets
 * memory. So each frame gets it at last, however large it is.
 *
 * <p>While claims wait, frames that come too slowly or take longer than 10 s lose their memory: the
 * connection is closed. They are frames of the origin with the most bytes that has such frames, and
 * never of one with fewer bytes than the origin that waits. Thus clients that begin frames and do
 * not finish them cannot keep others out. Any thread.
 */
final class FrameMemory {

  /** A frame may be slow for this long. */
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A frame that comes more slowly than this can lose its memory. */
  static final long SLOW_BYTES_PER_SECOND = 64 * 1024;

  /** While claims wait, a frame may have its memory for this long, however fast it comes. */
  static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** An origin has at most this many times the bytes that are free. */
  private static final int SHARE_OF_FREE = 3;

  private static final Logger LOG = LoggerFactory.getLogger(FrameMemory.class);

  private enum State {
    NEW,
    WAITING,
    GRANTED,
    DISPLACED,
    ENDED
  }

  /** The claim for one frame. The methods are called on any thread. */
  abstract static class Claim {

    private final ClaimOrigin origin;
    private final long bytes;
    private volatile long receivedBytes;

    // Guarded by the memory.
    private State state = State.NEW;
    private long number;
    private long sinceNanos;
    private boolean held;

    /**
     * @param bytes the memory for the whole frame
     */
    Claim(ClaimOrigin origin, long bytes) {
      this.origin = origin;
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

    final long bytes() {
      return bytes;
    }

    final boolean isDisplaced() {
      return state == State.DISPLACED;
    }

    final double bytesPerNano(long now) {
      return (double) receivedBytes / (now - sinceNanos);
    }

    final boolean isSlow(long now) {
      return state == State.GRANTED
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
  private final Map<ClaimOrigin, ClaimGroup> groups = new HashMap<>();
  private long usedBytes;
  private long displacedBytes;
  private long lastNumber;

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
    synchronized (this) {
      claim.state = State.WAITING;
      claim.number = ++lastNumber;
      groups.computeIfAbsent(claim.origin, missing -> new ClaimGroup()).add(claim);
      // No other claim can get memory now, because none has become free.
      if (next().filter(claim::equals).isPresent()) {
        grant(claim);
        return true;
      }
    }
    logFull();
    makeRoom();
    return false;
  }

  /** Ends a claim, which may wait. Does nothing if it has ended already. */
  void release(Claim claim) {
    List<Claim> granted = new ArrayList<>();
    synchronized (this) {
      if (claim.state == State.ENDED) {
        return;
      }
      remove(claim);
      for (Optional<Claim> next = next(); next.isPresent(); next = next()) {
        grant(next.get());
        granted.add(next.get());
      }
    }
    granted.forEach(Claim::granted);
    makeRoom();
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
   * If claims wait, takes the memory of slow frames, and no more than the next claim needs. A
   * waiting connection calls it from time to time.
   */
  void makeRoom() {
    List<Claim> displaced = new ArrayList<>();
    synchronized (this) {
      Optional<ClaimGroup> next = waitingInOrder().findFirst();
      if (next.isPresent()) {
        long now = nanoTime.getAsLong();
        ClaimGroup group = next.get();
        long bytes = group.firstWaiting().bytes;
        while (!isGrantable(bytes, group.keptBytes(), usedBytes - displacedBytes)) {
          Optional<Claim> victim = slowFrame(group.keptBytes(), now);
          if (victim.isEmpty()) {
            break;
          }
          displace(victim.get());
          displaced.add(victim.get());
        }
      }
    }
    for (Claim claim : displaced) {
      claim.displaced(
          "the memory for unfinished frames is full ("
              + ByteSize.format(limitBytes)
              + "), and this frame came too slowly: "
              + claim.receivedBytes
              + " bytes so far; send smaller batches (batchBytes of a producer), or give the broker"
              + " more direct memory (MILLRACE_HEAP)");
    }
  }

  /** The groups in which claims wait; the first one gets memory next. */
  private Stream<ClaimGroup> waitingInOrder() {
    return groups.values().stream()
        .filter(ClaimGroup::hasWaiting)
        .sorted(
            Comparator.comparingLong(ClaimGroup::usedBytes)
                .thenComparingLong(group -> group.firstWaiting().number));
  }

  /** The claim that gets memory next, if there is enough. */
  private Optional<Claim> next() {
    return waitingInOrder()
        .filter(
            group ->
                group.usedBytes() == 0
                    || isGrantable(group.firstWaiting().bytes, group.usedBytes(), usedBytes))
        .findFirst()
        .map(ClaimGroup::firstWaiting)
        .filter(claim -> usedBytes + claim.bytes <= limitBytes);
  }

  private boolean isGrantable(long bytes, long ofOrigin, long ofAll) {
    long left = limitBytes - ofAll - bytes;
    return left >= 0 && (ofOrigin == 0 || ofOrigin + bytes <= SHARE_OF_FREE * left);
  }

  /**
   * A slow frame of the group that has the most bytes, if these are at least {@code leastBytes}.
   */
  private Optional<Claim> slowFrame(long leastBytes, long now) {
    return groups.values().stream()
        .filter(group -> group.keptBytes() >= leastBytes)
        .sorted(Comparator.comparingLong(ClaimGroup::keptBytes).reversed())
        .map(group -> group.slowest(now).orElse(null))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private void grant(Claim claim) {
    claim.state = State.GRANTED;
    claim.sinceNanos = nanoTime.getAsLong();
    groups.get(claim.origin).grant(claim);
    usedBytes += claim.bytes;
  }

  private void displace(Claim claim) {
    claim.state = State.DISPLACED;
    groups.get(claim.origin).displace(claim);
    displacedBytes += claim.bytes;
  }

  private void remove(Claim claim) {
    ClaimGroup group = groups.get(claim.origin);
    group.remove(claim);
    if (group.isEmpty()) {
      groups.remove(claim.origin);
    }
    usedBytes -= claim.state == State.WAITING ? 0 : claim.bytes;
    displacedBytes -= claim.state == State.DISPLACED ? claim.bytes : 0;
    claim.state = State.ENDED;
  }

  private void logFull() {
    long times = lines.count();
    if (times > 0) {
      LOG.warn("event=frame_memory_full limit={} times={}", ByteSize.format(limitBytes), times);
    }
  }
}
