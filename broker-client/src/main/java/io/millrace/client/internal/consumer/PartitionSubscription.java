package io.millrace.client.internal.consumer;

import io.millrace.client.FilterCounters;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.IgnoredResponse;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.PassingRefusals;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.client.internal.connection.SubscriptionListener;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FilterProgressPush;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.millrace.protocol.wire.WireException;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The subscription of one partition, across reconnects. Event loop only, except {@link #open},
 * {@link #outage}, {@link #filterCounters}, {@link #consumed} and {@link #close}, which are for any
 * thread.
 *
 * <p>The first response fixes the start offset, so that a start at the latest event does not move.
 * After a reconnect, the partition is subscribed again after the last batch that was delivered. If
 * retention drops the start offset before the first delivery, a start at the earliest event or at a
 * time is looked up again: the program has asked for the events that exist.
 */
final class PartitionSubscription implements LinkListener, SubscriptionListener {

  private static final long UNKNOWN = -1;

  private enum State {
    /** Not subscribed: there is no connection, or a pause after a refusal. */
    IDLE,
    SUBSCRIBING,
    LIVE,
    ENDED
  }

  private final ReconnectingLink link;
  private final ConsumerSettings settings;
  private final int partition;
  private final SubscriptionOwner owner;
  private final DeliveryQueue queue;
  private final Backoff backoff;
  private final SubscriptionCredit credit;
  private final CompletableFuture<Long> opened = new CompletableFuture<>();

  private ClientConnection connection;
  private State state = State.IDLE;
  private Future<?> timer;
  private int subscriptionId;
  private long nextOffset = UNKNOWN;
  private Delivery newest;
  private final PassingRefusals refusals = new PassingRefusals();

  /** What the filter has done; written on the event loop. */
  private volatile FilterCounters counters = FilterCounters.NONE;

  /** What it had done before the current subscription. */
  private FilterCounters earlierCounters = FilterCounters.NONE;

  /**
   * @param owner for whom the partition is read; asked at each request
   */
  PartitionSubscription(
      ReconnectingLink link,
      ConsumerSettings settings,
      int partition,
      SubscriptionOwner owner,
      DeliveryQueue queue,
      Backoff backoff) {
    this.link = link;
    this.settings = settings;
    this.partition = partition;
    this.owner = owner;
    this.queue = queue;
    this.backoff = backoff;
    this.credit = new SubscriptionCredit(settings.limits().partitionCreditBytes());
  }

  /** The partition, from 0. */
  int partition() {
    return partition;
  }

  /**
   * Subscribes.
   *
   * @return the start offset
   */
  CompletableFuture<Long> open() {
    link.execute(this::startOpenTimer);
    link.attach(this);
    return opened;
  }

  /** The time without a connection, and its reason; empty while there is a connection. */
  Optional<String> outage() {
    return link.outage();
  }

  /** What the filter has done in this partition. */
  FilterCounters filterCounters() {
    return counters;
  }

  /** Grants the broker credit for batches that the consumer has read. */
  void consumed(long bytes) {
    link.execute(
        () -> {
          credit.consumed(bytes);
          grantCredit();
        });
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
    // Subscribe and credit requests have a few bytes, and are written even to a full socket.
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
    credit.buffered(bytes);
    newest = new Delivery(this, push.batches().retain(), nextOffset);
    queue.add(newest);
  }

  @Override
  public void progressed(FilterProgressPush push) {
    counters = earlierCounters.plus(counters(push));
  }

  @Override
  public void ended(MillraceException cause) {
    if (isStartToBeFoundAgain(cause.code())) {
      nextOffset = UNKNOWN;
      subscribeLater();
    } else if (cause.retriable()) {
      refusals.add(cause);
      subscribeLater();
    } else {
      endPartition(cause);
    }
  }

  /** Whether nothing was delivered yet, and the start is where the events begin now. */
  private boolean isStartToBeFoundAgain(ErrorCode why) {
    StartKind kind = startKind(settings.starts().get(partition));
    return why == ErrorCode.OFFSET_OUT_OF_RANGE
        && newest == null
        && nextOffset != UNKNOWN
        && (kind == StartKind.EARLIEST || kind == StartKind.EVENT_TIME);
  }

  private void subscribe() {
    if (state == State.ENDED || connection == null) {
      return;
    }
    if (!isFilterSupported()) {
      endPartition(cannotFilter());
      return;
    }
    earlierCounters = counters;
    state = State.SUBSCRIBING;
    subscriptionId = link.nextSubscriptionId();
    connection.route(subscriptionId, this);
    ClientConnection over = connection;
    try {
      over.send(request(credit.subscribe()), new SubscribeHandler(over, subscriptionId));
    } catch (WireException refused) {
      // A filter or a source is too long for the protocol.
      over.unroute(subscriptionId);
      endPartition(new MillraceException(refused.code(), refused.getMessage(), refused));
      return;
    }
    schedule(() -> timedOut(over), link.requestTimeout().toMillis());
  }

  private static FilterCounters counters(FilterProgressPush push) {
    return new FilterCounters(
        push.scannedEvents(),
        push.matchedEvents(),
        push.typeMismatches(),
        push.notJson(),
        push.patternsSkipped(),
        push.readBytes(),
        push.skippedBytes());
  }

  private boolean isFilterSupported() {
    return settings.filter().isEmpty()
        || connection.version(Api.SUBSCRIBE) >= SubscribeRequest.FILTER_SINCE;
  }

  private MillraceException cannotFilter() {
    return new MillraceException(
        ErrorCode.UNSUPPORTED_VERSION,
        "the broker is too old to filter events; upgrade it, or read all events and test them"
            + " in the program");
  }

  private SubscribeRequest request(long creditBytes) {
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
        creditBytes,
        List.copyOf(settings.sources()),
        settings.filter(),
        owner.group(),
        owner.member(),
        owner.epoch());
  }

  private void subscribed(SubscribeResponse response) {
    cancelTimer();
    backoff.reset();
    state = State.LIVE;
    if (nextOffset == UNKNOWN) {
      nextOffset = response.startOffset();
      if (!opened.complete(nextOffset)) {
        newest = new Delivery(this, Unpooled.EMPTY_BUFFER, nextOffset); // moves the position
        queue.add(newest);
      }
    }
    grantCredit();
  }

  private void refused(ErrorResponse refusal) {
    cancelTimer();
    connection.unroute(subscriptionId);
    MillraceException cause = ClientFailures.refused(refusal);
    if (isStartToBeFoundAgain(refusal.code())) {
      nextOffset = UNKNOWN;
      subscribeLater();
      return;
    }
    refusals.add(cause);
    if (refusal.code().retriable()) {
      subscribeLater();
    } else {
      endPartition(cause);
    }
  }

  private void subscribeLater() {
    state = State.IDLE;
    schedule(this::subscribe, backoff.nextMs());
  }

  private void grantCredit() {
    if (state == State.LIVE) {
      long due = credit.takeDue();
      if (due > 0) {
        connection.credit(subscriptionId, due);
      }
    }
  }

  private void timedOut(ClientConnection over) {
    over.close(
        new MillraceException(
            ErrorCode.REQUEST_TIMEOUT,
            "the broker did not answer "
                + Api.SUBSCRIBE
                + " of "
                + place()
                + " within "
                + TimeSpan.format(link.requestTimeout())));
  }

  private void startOpenTimer() {
    Future<?> openTimer =
        link.eventLoop()
            .schedule(this::openTimedOut, link.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    opened.whenComplete((start, failure) -> openTimer.cancel(false));
  }

  private void openTimedOut() {
    if (refusals.any() && outage().isEmpty()) {
      endPartition(refusals.failure(link.requestTimeout()));
    } else {
      end(link.timedOut(Api.SUBSCRIBE, ""));
    }
  }

  /** Ends because of this partition; the client can serve the others. */
  private void endPartition(MillraceException cause) {
    endWith(new PartitionReadException(cause.code(), placed(cause.getMessage()), partition, cause));
  }

  private void end(MillraceException cause) {
    endWith(new MillraceException(cause.code(), placed(cause.getMessage()), cause));
  }

  private void endWith(MillraceException placed) {
    if (state == State.ENDED) {
      return;
    }
    unsubscribe();
    if (!opened.completeExceptionally(placed)) {
      queue.add(new SubscriptionEnd(this, placed));
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

  /** A message that names the partition. Most messages of the broker name it already. */
  private String placed(String message) {
    return message.contains(place()) ? message : place() + ": " + message;
  }

  private String place() {
    return "partition " + partition + " of topic '" + settings.topic().name() + "'";
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

  /**
   * Handles the response to one Subscribe request. If a newer Subscribe request was sent, the
   * response is ignored.
   */
  private final class SubscribeHandler implements ResponseHandler {

    private final ClientConnection over;
    private final int id;

    SubscribeHandler(ClientConnection over, int id) {
      this.over = over;
      this.id = id;
    }

    @Override
    public Api api() {
      return Api.SUBSCRIBE;
    }

    @Override
    public void answered(Response response) {
      if (state != State.SUBSCRIBING || over != connection || id != subscriptionId) {
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
      // disconnected() follows.
    }
  }
}
