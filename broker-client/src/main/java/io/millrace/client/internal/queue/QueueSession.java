package io.millrace.client.internal.queue;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CloseQueueRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SettleResponse;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.TakeResponse;
import io.millrace.protocol.wire.WireException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue that is open at the broker, across reconnects. Has at most one TAKE on its way, which
 * outlives the poll that asked for it. Event loop only, except {@link #open}.
 */
final class QueueSession implements LinkListener {

  private static final Logger LOG = LoggerFactory.getLogger(QueueSession.class);

  private enum State {
    /** There is no connection, or the broker has refused for now. */
    AWAY,
    OPENING,
    OPEN,
    ENDED
  }

  /** Takes the events of a session, and its end. Called on the event loop. */
  interface Owner {

    /** Events that no poll waits for: they go back. */
    void unwanted(Taken taken);

    /** The broker has ended all locks of the session. */
    void locksLost();

    /** The session has ended: nothing more comes. */
    void ended(MillraceException cause);
  }

  private final ReconnectingLink link;
  private final QueueOptions options;
  private final Settlements settlements;
  private final Owner owner;
  private final Backoff retry;
  private final UUID session = UUID.randomUUID();
  private final CompletableFuture<OpenQueueResponse> opened = new CompletableFuture<>();

  private State state = State.AWAY;
  private ClientConnection connection;
  private int queueId;
  private boolean taking;

  /**
   * The highest lock that the broker has told of. It gives back those that it has told nobody of.
   */
  private long lastLock = OpenQueueRequest.NO_LOCK;

  private TakeRequest wanted;
  private CompletableFuture<Taken> waiter;
  private Future<?> openTimer;

  /** Completes when the queue is closed; null: it is not closing. */
  private CompletableFuture<Void> closing;

  QueueSession(
      ReconnectingLink link,
      QueueOptions options,
      Settlements settlements,
      Backoff retry,
      Owner owner) {
    this.link = link;
    this.options = options;
    this.settlements = settlements;
    this.retry = retry;
    this.owner = owner;
  }

  /**
   * Opens the queue. Any thread.
   *
   * @return completes when the broker has answered, at the latest after the request timeout
   */
  CompletableFuture<OpenQueueResponse> open() {
    link.execute(
        () -> {
          queueId = link.nextSubscriptionId();
          openTimer =
              link.eventLoop()
                  .schedule(
                      () -> opened.completeExceptionally(link.timedOut(Api.OPEN_QUEUE, "")),
                      link.requestTimeout().toMillis(),
                      TimeUnit.MILLISECONDS);
        });
    opened.whenComplete((answer, failure) -> openTimer.cancel(false));
    link.attach(this);
    return opened;
  }

  /**
   * Takes events. A waiter of an earlier call gets nothing any more.
   *
   * @param result completes with an answer, which may be empty; the receiver owns it
   */
  void take(int maxEvents, int maxBytes, long maxWaitMicros, CompletableFuture<Taken> result) {
    waiter = result;
    wanted = new TakeRequest(queueId, maxEvents, maxBytes, maxWaitMicros);
    sendTake();
  }

  /** Sends the settlements that wait, if there is a connection. */
  void flush() {
    while (state == State.OPEN) {
      SettleBatch next = settlements.next();
      if (next.isEmpty()) {
        return;
      }
      send(
          new SettleRequest(queueId, next.number(), next.toWire()),
          answer -> {
            settlements.answered(next, ((SettleResponse) answer).outcomes());
            flush();
            closeIfIdle();
          },
          refusal -> settleRefused(next, refusal),
          () -> settlements.again(next));
    }
  }

  private void settleRefused(SettleBatch sent, MillraceException refusal) {
    if (isSessionLost(refusal)) {
      settlements.again(sent);
      reopen();
    } else if (refusal.retriable()) {
      settlements.again(sent);
      link.eventLoop().schedule(this::flush, retry.nextMs(), TimeUnit.MILLISECONDS);
    } else {
      settlements.refused(sent, refusal);
      closeIfIdle();
    }
  }

  /** The session ended at the broker, for example because its log of groups was read again. */
  private static boolean isSessionLost(MillraceException refusal) {
    return refusal.code() == ErrorCode.UNKNOWN_QUEUE || refusal.code() == ErrorCode.UNKNOWN_MEMBER;
  }

  private void reopen() {
    if (state == State.OPEN) {
      state = State.AWAY;
      sendOpen();
    }
  }

  /**
   * Sends the settlements that wait, and then closes the queue at the broker.
   *
   * @return completes when the broker has answered, the connection is lost, or the request timeout
   *     has passed
   */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    if (state == State.AWAY || state == State.ENDED) {
      ended(closed);
      return closed;
    }
    closing = closed;
    Future<?> limit =
        link.eventLoop()
            .schedule(() -> ended(closed), link.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    closed.whenComplete((done, failure) -> limit.cancel(false));
    flush();
    closeIfIdle();
    return closed;
  }

  /** Closes a queue of which all settlements are answered. An opening is answered first. */
  private void closeIfIdle() {
    if (closing != null && state == State.OPEN && settlements.isIdle()) {
      CompletableFuture<Void> closed = closing;
      state = State.ENDED;
      send(
          new CloseQueueRequest(queueId),
          answer -> ended(closed),
          refusal -> ended(closed),
          () -> ended(closed));
    }
  }

  private void ended(CompletableFuture<Void> closed) {
    state = State.ENDED;
    link.detach(this);
    opened.completeExceptionally(ClientFailures.closed("consumer of queue " + options.queue()));
    closed.complete(null);
  }

  @Override
  public void connected(ClientConnection next) {
    connection = next;
    sendOpen();
  }

  @Override
  public void disconnected(MillraceException cause) {
    connection = null;
    if (closing != null) {
      ended(closing);
    } else if (state != State.ENDED) {
      state = State.AWAY;
    }
  }

  @Override
  public void writable() {
    // Requests have a few bytes, and are written even to a full socket.
  }

  @Override
  public void failed(MillraceException cause) {
    connection = null;
    if (closing != null) {
      ended(closing);
    } else {
      end(cause);
    }
  }

  private void sendOpen() {
    if (state != State.AWAY || connection == null) {
      return;
    }
    state = State.OPENING;
    send(
        new OpenQueueRequest(
            queueId, options.queue(), options.topic(), session, lastLock, options.settings()),
        answer -> opened((OpenQueueResponse) answer),
        this::openRefused,
        () -> {});
  }

  private void opened(OpenQueueResponse answer) {
    if (state != State.OPENING) {
      return;
    }
    state = State.OPEN;
    retry.reset();
    if (opened.isDone() && !answer.continued()) {
      lastLock = OpenQueueRequest.NO_LOCK; // another run of the broker may count from less
      LOG.warn("event=queue_locks_lost queue={} topic={}", options.queue(), options.topic());
      owner.locksLost();
    }
    opened.complete(answer);
    flush();
    closeIfIdle();
    sendTake();
  }

  private void openRefused(MillraceException refusal) {
    if (state != State.OPENING) {
      return;
    }
    state = State.AWAY;
    if (refusal.retriable() && opened.isDone()) {
      link.eventLoop().schedule(this::sendOpen, retry.nextMs(), TimeUnit.MILLISECONDS);
    } else {
      end(refusal);
    }
  }

  private void end(MillraceException cause) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    link.detach(this);
    opened.completeExceptionally(cause);
    settlements.end(cause);
    if (waiter != null) {
      waiter.completeExceptionally(cause);
    }
    owner.ended(cause);
  }

  private void sendTake() {
    if (taking || waiter == null || waiter.isDone() || state != State.OPEN || closing != null) {
      return;
    }
    taking = true;
    send(wanted, answer -> taken((TakeResponse) answer), this::takeRefused, () -> taking = false);
  }

  private void taken(TakeResponse answer) {
    taking = false;
    answer.batches().retain();
    Taken taken = new Taken(answer, EpochMicros.of(Instant.now()), System.nanoTime());
    if (!taken.isEmpty()) {
      lastLock = Math.max(lastLock, answer.lock());
    }
    CompletableFuture<Taken> receiver = waiter;
    waiter = null;
    if (receiver != null && receiver.complete(taken)) {
      return;
    }
    try {
      if (!taken.isEmpty()) {
        owner.unwanted(taken);
      }
    } finally {
      taken.release();
    }
  }

  private void takeRefused(MillraceException refusal) {
    taking = false;
    if (isSessionLost(refusal)) {
      reopen();
    } else if (refusal.retriable()) {
      link.eventLoop().schedule(this::sendTake, retry.nextMs(), TimeUnit.MILLISECONDS);
    } else {
      end(refusal);
    }
  }

  private void send(
      Request request,
      Consumer<Response> answered,
      Consumer<MillraceException> refused,
      Runnable lost) {
    try {
      connection.send(request, new Answer(request.api(), answered, refused, lost));
    } catch (WireException e) {
      // The broker of the newest connection is too old, or a text is too long for the protocol.
      refused.accept(new MillraceException(e.code(), e.getMessage(), e));
    }
  }

  private record Answer(
      Api api, Consumer<Response> answer, Consumer<MillraceException> refusal, Runnable loss)
      implements ResponseHandler {

    @Override
    public void answered(Response response) {
      if (response instanceof ErrorResponse error) {
        refusal.accept(ClientFailures.refused(error));
      } else {
        answer.accept(response);
      }
    }

    @Override
    public void lost(MillraceException cause) {
      loss.run();
    }
  }
}
