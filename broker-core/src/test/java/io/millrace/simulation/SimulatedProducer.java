package io.millrace.simulation;

import io.millrace.protocol.AckLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A producer that behaves as the client does: few batches in flight, sent again in order after a
 * loss of the connection and after a retriable refusal.
 */
final class SimulatedProducer {

  private static final int MAX_IN_FLIGHT = 5;
  private static final int REMEMBERED = 3;

  private final AckLevel ack;
  private long id;
  private long nextSequence;
  private boolean hasLost;
  private final Deque<Sent> unanswered = new ArrayDeque<>();
  private final Deque<Sent> answered = new ArrayDeque<>();

  /** A batch as the producer made it, and its state. */
  static final class Sent {
    final long producer;
    final long sequence;
    final int events;
    final byte[] bytes;
    boolean inFlight;

    Sent(long producer, long sequence, int events, byte[] bytes) {
      this.producer = producer;
      this.sequence = sequence;
      this.events = events;
      this.bytes = bytes;
    }
  }

  SimulatedProducer(long id, AckLevel ack) {
    this.id = id;
    this.ack = ack;
  }

  AckLevel ack() {
    return ack;
  }

  long id() {
    return id;
  }

  long nextSequence() {
    return nextSequence;
  }

  boolean mayMakeAnother() {
    return unanswered.size() < MAX_IN_FLIGHT;
  }

  void made(Sent batch) {
    unanswered.add(batch);
    nextSequence += batch.events;
  }

  /** The oldest batch that waits to be sent; null if all are in flight. */
  Sent nextToSend() {
    for (Sent sent : unanswered) {
      if (!sent.inFlight) {
        return sent;
      }
    }
    return null;
  }

  void answered(Sent sent) {
    if (unanswered.remove(sent)) {
      answered.add(sent);
    }
    if (answered.size() > REMEMBERED) {
      answered.remove();
    }
  }

  boolean hasUnanswered() {
    return !unanswered.isEmpty();
  }

  /** Batches whose answer may have been lost on the way. */
  List<Sent> recentlyAnswered() {
    return new ArrayList<>(answered);
  }

  /** The connection is lost: batches without an answer are sent again. */
  void disconnected() {
    unanswered.forEach(sent -> sent.inFlight = false);
  }

  /** Retention dropped the batch before the answer. */
  void forget(Predicate<Sent> dropped) {
    unanswered.removeIf(dropped);
  }

  /** A crash has lost batches of these producers. */
  void lost(Set<Long> losers) {
    hasLost |= losers.contains(id);
  }

  boolean hasLost() {
    return hasLost;
  }

  /** Drops the batches without an answer, and continues as a new producer. */
  void beginAnew(long newId) {
    id = newId;
    nextSequence = 0;
    hasLost = false;
    unanswered.clear();
    answered.clear();
  }
}
