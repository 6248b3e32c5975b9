package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.EpochMicros;
import io.millrace.client.internal.connection.IgnoredResponse;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.client.internal.connection.SubscriptionListener;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The subscription of one partition over one connection after the other. Event loop only, except
 * {@link #open}, {@link #giveBack} and {@link #close}.
 *
 * <p>The first answer pins the start, so that "latest" stays what it was; after a broken connection
 * it subscribes behind the last batch that came. Credit: what the broker may still send and what
 * waits here for the consumer add up to the partition's share, give or take a batch.
 */
final class PartitionSubscription implements LinkListener, SubscriptionListener {

  private static final long UNKNOWN = -1;

  private enum State {
    /** No subscription: no connection, or a pause after a refusal. */
    IDLE,
    SUBSCRIBING,
    LIVE,
    ENDED
  }

  private final ReconnectingLink link;
  private final ConsumerSettings settings;
  private final int partition;
  private final DeliveryQueue queue;
  private final Backoff backoff;
  private final CompletableFuture<Long> opened = new CompletableFuture<>();

  private ClientConnection connection;
  private State state = State.IDLE;
  private Future<?> timer;
  private int subscriptionId;
  private long nextOffset = UNKNOWN;
  private long bufferedBytes;

  /**
   * Credit to give to the broker. Below 0 it is a debt, paid off first: no subscription is made
   * without credit, also while more than the share is buffered.
   */
  private long creditDue;

  private Delivery newest;
  private MillraceException lastRefusal;

  PartitionSubscription(
      ReconnectingLink link,
      ConsumerSettings settings,
      int partition,
      DeliveryQueue queue,
      Backoff backoff) {
    this.link = link;
    this.settings = settings;
    this.partition = partition;
    this.queue = queue;
    this.backoff = backoff;
  }

  int partition() {
    return partition;
  }

  /** Subscribes; completes with the first offset wanted. */
  CompletableFuture<Long> open() {
    link.execute(this::watchOpening);
    link.attach(this);
    return opened;
  }

  /** The consumer has handed out batches of so many bytes: as many more may come. */
  void giveBack(long bytes) {
    link.execute(() -> consumed(bytes));
  }

  /** Ends the subscription. */
  void close() {
    link.detach(this);
    link.execute(this::unsubscribe);
  }

  @Override
  public void connected(ClientConnection next) {
    connection = next;
    subscribe();
  }

  @Override
  public void disconnected(MillraceException cause) {
    connection = null;
    cancelTimer();
    if (state != State.ENDED) {
      state = State.IDLE;
    }
  }

  @Override
  public void writable() {
    // Subscriptions and credit are a few bytes each: they are written without asking.
  }

  @Override
  public void failed(MillraceException cause) {
    end(cause);
  }

  @Override
  public void delivered(DeliverPush push) {
    nextOffset = push.nextOffset();
    int bytes = push.batches().readableBytes();
    if (bytes == 0 && newest != null && queue.extend(newest, nextOffset)) {
      return;
    }
    bufferedBytes += bytes;
    newest = new Delivery(this, push.batches().retain(), nextOffset);
    queue.add(newest);
  }

  @Override
  public void ended(MillraceException cause) {
    if (cause.retriable()) {
      lastRefusal = cause;
      subscribeLater();
    } else {
      end(cause);
    }
  }

  private void subscribe() {
    if (state == State.ENDED || connection == null) {
      return;
    }
    state = State.SUBSCRIBING;
    subscriptionId = link.nextSubscriptionId();
    long free = settings.limits().partitionCreditBytes() - bufferedBytes;
    long credit = Math.max(1, free);
    creditDue = free - credit;
    connection.route(subscriptionId, this);
    connection.send(request(credit), new Answer(connection, subscriptionId));
    ClientConnection asked = connection;
    schedule(() -> unanswered(asked), link.requestTimeout().toMillis());
  }

  private SubscribeRequest request(long credit) {
    StartKind kind = StartKind.OFFSET;
    long value = nextOffset;
    if (nextOffset == UNKNOWN) {
      StartPosition start = settings.starts().get(partition);
      kind = startKind(start);
      value = startValue(start);
    }
    return new SubscribeRequest(
        subscriptionId,
        settings.topic().id(),
        partition,
        kind,
        value,
        settings.isolation(),
        credit,
        List.copyOf(settings.sources()));
  }

  private void subscribed(SubscribeResponse response) {
    cancelTimer();
    backoff.reset();
    state = State.LIVE;
    if (nextOffset == UNKNOWN) {
      nextOffset = response.startOffset();
      opened.complete(nextOffset);
    }
    grant();
  }

  private void refused(ErrorResponse refusal) {
    cancelTimer();
    connection.unroute(subscriptionId);
    lastRefusal = ClientFailures.refused(refusal);
    if (refusal.code().retriable()) {
      subscribeLater();
    } else {
      end(lastRefusal);
    }
  }

  private void subscribeLater() {
    state = State.IDLE;
    schedule(this::subscribe, backoff.nextMs());
  }

  private void consumed(long bytes) {
    bufferedBytes -= bytes;
    creditDue += bytes;
    grant();
  }

  private void grant() {
    if (state == State.LIVE && creditDue > 0) {
      connection.credit(subscriptionId, creditDue);
      creditDue = 0;
    }
  }

  private void unanswered(ClientConnection asked) {
    asked.close(
        new MillraceException(
            ErrorCode.REQUEST_TIMEOUT,
            "the broker did not answer "
                + Api.SUBSCRIBE
                + " of "
                + place()
                + " within "
                + link.requestTimeout()));
  }

  private void watchOpening() {
    Future<?> watch =
        link.eventLoop()
            .schedule(
                this::openingTimedOut, link.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    opened.whenComplete((start, failure) -> watch.cancel(false));
  }

  private void openingTimedOut() {
    MillraceException cause = link.timedOut(Api.SUBSCRIBE);
    end(lastRefusal == null ? cause : ClientFailures.again(lastRefusal));
  }

  private void end(MillraceException cause) {
    if (state == State.ENDED) {
      return;
    }
    unsubscribe();
    MillraceException placed =
        new MillraceException(cause.code(), place() + ": " + cause.getMessage(), cause);
    if (!opened.completeExceptionally(placed)) {
      queue.add(new SubscriptionEnd(placed));
    }
  }

  private void unsubscribe() {
    cancelTimer();
    if (connection != null && (state == State.LIVE || state == State.SUBSCRIBING)) {
      connection.unroute(subscriptionId);
      connection.send(new UnsubscribeRequest(subscriptionId), new IgnoredResponse(Api.UNSUBSCRIBE));
    }
    state = State.ENDED;
  }

  private void schedule(Runnable task, long delayMs) {
    cancelTimer();
    timer = link.eventLoop().schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private String place() {
    return "topic " + settings.topic().name() + " partition " + partition;
  }

  private static StartKind startKind(StartPosition start) {
    if (start instanceof StartPosition.Earliest) {
      return StartKind.EARLIEST;
    } else if (start instanceof StartPosition.Latest) {
      return StartKind.LATEST;
    } else if (start instanceof StartPosition.Offset) {
      return StartKind.OFFSET;
    }
    return StartKind.EVENT_TIME;
  }

  private static long startValue(StartPosition start) {
    if (start instanceof StartPosition.Offset from) {
      return from.offset();
    } else if (start instanceof StartPosition.Timestamp from) {
      return EpochMicros.of(from.timestamp());
    }
    return 0;
  }

  /** Waits for the answer to one Subscribe; one that comes after its subscription is void. */
  private final class Answer implements ResponseHandler {

    private final ClientConnection asked;
    private final int id;

    Answer(ClientConnection asked, int id) {
      this.asked = asked;
      this.id = id;
    }

    @Override
    public Api api() {
      return Api.SUBSCRIBE;
    }

    @Override
    public void answered(Response response) {
      if (state != State.SUBSCRIBING || asked != connection || id != subscriptionId) {
        return;
      }
      if (response instanceof SubscribeResponse accepted) {
        subscribed(accepted);
      } else if (response instanceof ErrorResponse refusal) {
        refused(refusal);
      }
    }

    @Override
    public void lost(MillraceException cause) {
      // The link tells that the connection is gone.
    }
  }
}
