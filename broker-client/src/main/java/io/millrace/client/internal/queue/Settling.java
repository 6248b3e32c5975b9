package io.millrace.client.internal.queue;

import io.millrace.client.MillraceException;
import io.millrace.client.QueuedEvent;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One settlement on its way: a range of events, and who waits for it. Not thread-safe. */
final class Settling {

  /** The queue decides on the delay. */
  static final long BACK_OFF = -1;

  private static final int REASON_BYTES = 1024;
  private static final int MAX_BYTES_PER_CHAR = 3;
  private static final int CONTINUATION_MASK = 0xC0;
  private static final int CONTINUATION = 0x80;

  /** What to do with an event. */
  record Verdict(SettlementKind kind, boolean failed, long delayMicros, String reason) {

    static final Verdict ACCEPT = new Verdict(SettlementKind.ACCEPT, false, BACK_OFF, "");
    static final Verdict RENEW = new Verdict(SettlementKind.RENEW, false, BACK_OFF, "");

    static Verdict failed(String reason) {
      return new Verdict(SettlementKind.RELEASE, true, BACK_OFF, shorten(reason));
    }

    static Verdict rejected(String reason) {
      return new Verdict(SettlementKind.REJECT, false, BACK_OFF, shorten(reason));
    }

    /** Gives an event back; no attempt is counted. */
    static Verdict release(long delayMicros) {
      return new Verdict(SettlementKind.RELEASE, false, delayMicros, "");
    }

    /** The start of a text that is too long, at most {@value #REASON_BYTES} bytes of UTF-8. */
    private static String shorten(String reason) {
      byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
      if (bytes.length <= REASON_BYTES) {
        return reason;
      }
      int end = REASON_BYTES;
      while ((bytes[end] & CONTINUATION_MASK) == CONTINUATION) {
        end--;
      }
      return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
  }

  private final Verdict verdict;
  private final int partition;
  private final long lock;
  private final long firstOffset;
  private final List<QueuedEvent> events = new ArrayList<>();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private long lastOffset;

  Settling(QueuedEvent event, Verdict verdict, CompletableFuture<Void> done) {
    this.verdict = verdict;
    this.partition = event.event().partition();
    this.lock = event.lock();
    this.firstOffset = event.event().offset();
    this.lastOffset = firstOffset;
    add(event, done);
  }

  /** Takes the event too if it follows the range and has the same verdict. */
  boolean extend(QueuedEvent event, Verdict other, CompletableFuture<Void> done) {
    boolean follows =
        event.event().offset() == lastOffset + 1
            && event.event().partition() == partition
            && event.lock() == lock
            && other.equals(verdict);
    if (follows) {
      lastOffset++;
      add(event, done);
    }
    return follows;
  }

  private void add(QueuedEvent event, CompletableFuture<Void> done) {
    events.add(event);
    waiting.add(done);
  }

  Settlement toWire() {
    return new Settlement(
        partition,
        lock,
        firstOffset,
        lastOffset,
        verdict.kind(),
        verdict.delayMicros(),
        verdict.failed(),
        verdict.reason());
  }

  /** The most bytes that the reason can have. */
  int reasonBytes() {
    return Math.min(REASON_BYTES, MAX_BYTES_PER_CHAR * verdict.reason().length());
  }

  /** Whether an offset is in the range. */
  boolean covers(long offset) {
    return offset >= firstOffset && offset <= lastOffset;
  }

  void done() {
    waiting.forEach(each -> each.complete(null));
  }

  void failed(MillraceException cause) {
    waiting.forEach(each -> each.completeExceptionally(cause));
  }

  /**
   * The lock of one event of the range is lost, those before it are settled.
   *
   * @return the events after it, one by one: it is not known which of them are settled
   */
  List<Settling> lost(long lostOffset, MillraceException cause) {
    List<Settling> open = new ArrayList<>();
    for (int i = 0; i < waiting.size(); i++) {
      long offset = firstOffset + i;
      if (offset < lostOffset) {
        waiting.get(i).complete(null);
      } else if (offset == lostOffset) {
        waiting.get(i).completeExceptionally(cause);
      } else {
        open.add(new Settling(events.get(i), verdict, waiting.get(i)));
      }
    }
    return open;
  }
}
