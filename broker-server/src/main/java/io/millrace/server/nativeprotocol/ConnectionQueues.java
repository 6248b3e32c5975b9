package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.OpenQueue;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The queues that one connection has open, by the id that the client chose. When the connection is
 * closed, its consumers are away: they may continue on another one. Any thread.
 */
final class ConnectionQueues {

  private static final int MAX_QUEUES = 1_000;

  /** Most TAKEs of one connection that wait. */
  private static final int MAX_TAKES = 16;

  /** Empty for a queue that is not open yet. */
  private final Map<Integer, Optional<OpenQueue>> byId = new HashMap<>(); // guarded by this

  private int takes; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Reserves an id for a queue that is not open yet.
   *
   * @throws BrokerException {@code QUEUE_EXISTS} or {@code LIMIT_REACHED}
   */
  synchronized void begin(int id) {
    if (byId.containsKey(id)) {
      throw new BrokerException(
          ErrorCode.QUEUE_EXISTS,
          "the connection already has a queue " + id + "; choose another id");
    }
    if (byId.size() >= MAX_QUEUES) {
      byId.values().removeIf(each -> each.map(OpenQueue::hasEnded).orElse(false)); // taken over
    }
    if (byId.size() >= MAX_QUEUES) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the connection has "
              + MAX_QUEUES
              + " queues, the most allowed; close one or open another connection");
    }
    byId.put(id, Optional.empty());
  }

  /** The queue is open. If the connection is closed already, its consumer is away at once. */
  void opened(int id, OpenQueue consumer) {
    boolean late;
    synchronized (this) {
      late = closed;
      if (!late) {
        byId.put(id, Optional.of(consumer));
      }
    }
    if (late) {
      consumer.away();
    }
  }

  /** The queue was not opened, or is closed. */
  synchronized void forget(int id) {
    byId.remove(id);
  }

  /** The broker does not know the consumer of a queue any more: its id is free. */
  void lost(int id, OpenQueue consumer) {
    if (forget(id, consumer)) {
      consumer.away();
    }
  }

  /**
   * The consumer of a queue.
   *
   * @throws BrokerException {@code UNKNOWN_QUEUE}
   */
  synchronized OpenQueue require(int id) {
    return byId.getOrDefault(id, Optional.empty())
        .orElseThrow(
            () ->
                new BrokerException(
                    ErrorCode.UNKNOWN_QUEUE,
                    "the connection has no open queue " + id + "; send OPEN_QUEUE first"));
  }

  /**
   * A TAKE begins to wait.
   *
   * @throws BrokerException {@code LIMIT_REACHED}
   */
  synchronized void takeBegins() {
    if (takes >= MAX_TAKES) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          MAX_TAKES
              + " TAKEs of the connection wait, the most allowed; wait for an answer, or open"
              + " another connection");
    }
    takes++;
  }

  synchronized void takeEnded() {
    takes--;
  }

  /** The client takes what it gets again. */
  void resumeAll() {
    if (isUsed()) {
      consumers().forEach(OpenQueue::resume);
    }
  }

  private synchronized boolean isUsed() {
    return takes > 0;
  }

  /** The connection takes no more requests: those that wait are refused. */
  void refuseTakes(ErrorCode code, String message) {
    consumers().forEach(consumer -> consumer.refuseTakes(new BrokerException(code, message)));
  }

  /** Ends the consumers that are refused now. */
  void revokeIf(Function<OpenQueue, Optional<BrokerException>> refusal) {
    Map<Integer, OpenQueue> open = new HashMap<>();
    synchronized (this) {
      byId.forEach((id, each) -> each.ifPresent(consumer -> open.put(id, consumer)));
    }
    open.forEach(
        (id, consumer) ->
            refusal
                .apply(consumer)
                .ifPresent(
                    cause -> {
                      consumer.revoke(cause);
                      forget(id, consumer);
                    }));
  }

  private synchronized boolean forget(int id, OpenQueue consumer) {
    return byId.remove(id, Optional.of(consumer));
  }

  /** The connection is closed. */
  void away() {
    List<OpenQueue> open;
    synchronized (this) {
      closed = true;
      open = consumers();
      byId.clear();
    }
    open.forEach(OpenQueue::away);
  }

  private synchronized List<OpenQueue> consumers() {
    List<OpenQueue> open = new ArrayList<>();
    byId.values().forEach(each -> each.ifPresent(open::add));
    return open;
  }
}
