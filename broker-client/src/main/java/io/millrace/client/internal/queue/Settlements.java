package io.millrace.client.internal.queue;

import io.millrace.client.MillraceException;
import io.millrace.client.QueuedEvent;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.queue.Settling.Verdict;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.SettlementOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The settlements that wait to be sent, in their order. Those of following events with the same
 * verdict are one. {@link #add} is for any thread, all else for the event loop.
 *
 * <p>A request is sent again, with its number, if the connection breaks before its answer: if the
 * broker has carried it out, it answers as the first time.
 */
final class Settlements {

  /** The limits of one request. */
  private static final int MAX_PER_REQUEST = 1_000;

  /** At most as many as the broker remembers. */
  private static final int MAX_REQUESTS_IN_FLIGHT = 8;

  private final Runnable wake;

  // All guarded by this.
  private final Deque<Settling> waiting = new ArrayDeque<>();

  /** Requests without an answer, by number; they go before all others. */
  private final NavigableMap<Long, SettleBatch> unanswered = new TreeMap<>();

  private long nextNumber;
  private boolean woken;
  private MillraceException end;
  private int inFlight;

  /**
   * @param wake asks the event loop to send what waits
   */
  Settlements(Runnable wake) {
    this.wake = wake;
  }

  /** Adds the settlement of one event. Any thread. */
  void add(QueuedEvent event, Verdict verdict, CompletableFuture<Void> done) {
    MillraceException ended;
    boolean first;
    synchronized (this) {
      ended = end;
      first = !woken && ended == null;
      woken |= first;
      if (ended == null) {
        Settling newest = waiting.peekLast();
        if (newest == null || !newest.extend(event, verdict, done)) {
          waiting.addLast(new Settling(event, verdict, done));
        }
      }
    }
    if (ended != null) {
      done.completeExceptionally(ClientFailures.again(ended));
    } else if (first) {
      wake.run();
    }
  }

  /** What to send in the next request; empty if nothing waits, or enough is on its way. */
  synchronized SettleBatch next() {
    woken = false;
    if (isEmpty() || inFlight >= MAX_REQUESTS_IN_FLIGHT) {
      return SettleBatch.EMPTY;
    }
    inFlight++;
    if (!unanswered.isEmpty()) {
      return unanswered.pollFirstEntry().getValue();
    }
    List<Settling> next = new ArrayList<>(Math.min(waiting.size(), MAX_PER_REQUEST));
    while (next.size() < MAX_PER_REQUEST && !waiting.isEmpty()) {
      next.add(waiting.pollFirst());
    }
    return new SettleBatch(nextNumber++, next);
  }

  private boolean isEmpty() {
    return waiting.isEmpty() && unanswered.isEmpty();
  }

  /** The broker has answered a request. */
  void answered(SettleBatch request, List<SettlementOutcome> outcomes) {
    List<Settling> sent = request.settlings();
    finished();
    if (outcomes.size() != sent.size()) {
      MillraceException broken =
          ClientFailures.brokenProtocol(
              "it answered " + sent.size() + " settlements with " + outcomes.size() + " outcomes");
      sent.forEach(each -> each.failed(broken));
      return;
    }
    for (int i = 0; i < sent.size(); i++) {
      SettlementOutcome outcome = outcomes.get(i);
      if (outcome.error() == ErrorCode.NONE) {
        sent.get(i).done();
      } else {
        failed(sent.get(i), outcome);
      }
    }
  }

  private void failed(Settling sent, SettlementOutcome outcome) {
    MillraceException cause = new MillraceException(outcome.error(), outcome.message());
    if (outcome.error() != ErrorCode.LOCK_LOST || !sent.covers(outcome.lostOffset())) {
      sent.failed(cause);
      return;
    }
    repeat(sent.lost(outcome.lostOffset(), cause));
  }

  /** The broker has refused a whole request for good. */
  void refused(SettleBatch request, MillraceException why) {
    finished();
    request.settlings().forEach(each -> each.failed(why));
  }

  /** A request without an answer is sent again; after the end, it fails. */
  void again(SettleBatch request) {
    MillraceException ended;
    synchronized (this) {
      inFlight--;
      ended = end;
      if (ended == null) {
        unanswered.put(request.number(), request);
      }
    }
    if (ended != null) {
      request.settlings().forEach(each -> each.failed(ClientFailures.again(ended)));
    }
  }

  /** Settlements wait again, before all others; after the end, they fail. */
  private void repeat(List<Settling> sent) {
    MillraceException ended;
    synchronized (this) {
      ended = end;
      for (int i = sent.size() - 1; i >= 0 && ended == null; i--) {
        waiting.addFirst(sent.get(i));
      }
    }
    if (ended != null) {
      sent.forEach(each -> each.failed(ClientFailures.again(ended)));
    }
  }

  /** Whether nothing waits, and nothing is on its way. */
  synchronized boolean isIdle() {
    return isEmpty() && inFlight == 0;
  }

  private synchronized void finished() {
    inFlight--;
  }

  /** Fails what waits: the broker has ended the locks. */
  void fail(MillraceException why) {
    List<Settling> lost;
    synchronized (this) {
      lost = new ArrayList<>(waiting);
      waiting.clear();
      unanswered.values().forEach(each -> lost.addAll(each.settlings()));
      unanswered.clear();
    }
    lost.forEach(each -> each.failed(why));
  }

  /** Fails what waits, and all that comes later. */
  void end(MillraceException why) {
    synchronized (this) {
      end = why;
    }
    fail(why);
  }
}
