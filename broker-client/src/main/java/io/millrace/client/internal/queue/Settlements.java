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
import java.util.concurrent.CompletableFuture;

/**
 * The settlements that wait to be sent, in their order. Those of following events with the same
 * verdict are one. {@link #add} is for any thread, all else for the event loop.
 *
 * <p>A settlement is sent again if the connection breaks before its answer: the broker ignores what
 * it has done already.
 */
final class Settlements {

  /** The limits of one request. */
  private static final int MAX_PER_REQUEST = 1_000;

  private static final int MAX_REQUESTS_IN_FLIGHT = 8;

  private final Runnable wake;

  // All guarded by this.
  private final Deque<Settling> waiting = new ArrayDeque<>();
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
  synchronized List<Settling> next() {
    woken = false;
    if (waiting.isEmpty() || inFlight >= MAX_REQUESTS_IN_FLIGHT) {
      return List.of();
    }
    inFlight++;
    List<Settling> next = new ArrayList<>(Math.min(waiting.size(), MAX_PER_REQUEST));
    while (next.size() < MAX_PER_REQUEST && !waiting.isEmpty()) {
      next.add(waiting.pollFirst());
    }
    return next;
  }

  /** The broker has answered a request. */
  void answered(List<Settling> sent, List<SettlementOutcome> outcomes) {
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
  void refused(List<Settling> sent, MillraceException why) {
    finished();
    sent.forEach(each -> each.failed(why));
  }

  /** The settlements of a request without an answer are sent again. */
  void again(List<Settling> sent) {
    finished();
    repeat(sent);
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
    return waiting.isEmpty() && inFlight == 0;
  }

  private synchronized void finished() {
    inFlight--;
  }

  /** Fails what waits: the broker has ended the locks. */
  void fail(MillraceException why) {
    List<Settling> lost;
    synchronized (this) {
      lost = List.copyOf(waiting);
      waiting.clear();
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
