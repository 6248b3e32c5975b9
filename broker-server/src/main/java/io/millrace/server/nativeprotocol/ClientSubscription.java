package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.GroupFence;
import io.millrace.core.Partition;
import io.millrace.core.PartitionOwner;
import io.millrace.core.Subscription;
import io.millrace.core.SubscriptionSink;
import io.millrace.core.SubscriptionSpec;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A subscription of a client. The core delivers batches to it. It writes them as pushes to the
 * connection, without copying them. The owner thread of the partition begins the subscription and
 * delivers; the event loop of the connection does everything else, unless a method says otherwise.
 */
final class ClientSubscription implements SubscriptionSink {

  private final int id;
  private final int version;
  private final SubscriptionAccess access;
  private final PartitionOwner owner;
  private final NativeConnection connection;

  /** Null until the subscription has begun. */
  private volatile Subscription subscription;

  /** Ends the subscription with the member's ownership; null without a group. */
  private volatile GroupFence fence;

  /** Credit received before the subscription has begun. Owner thread. */
  private long earlyCredit;

  /** Tells the client what its filter does; empty without a filter. Owner thread. */
  private Optional<FilterProgress> progress = Optional.empty();

  private volatile boolean closed;

  /** Why the client may not read any more; null: it may. Owner thread. */
  private BrokerException revoked;

  /**
   * @param version the version of the SUBSCRIBE request, which the pushes of the subscription have
   *     too
   * @param access what it needs as long as it lasts
   */
  ClientSubscription(
      int id,
      int version,
      SubscriptionAccess access,
      PartitionOwner owner,
      NativeConnection connection) {
    this.access = access;
    this.id = id;
    this.version = version;
    this.owner = owner;
    this.connection = connection;
  }

  int id() {
    return id;
  }

  SubscriptionAccess access() {
    return access;
  }

  /** Ends the subscription, which the client may not have any more, and says why. */
  void revoke(BrokerException cause) {
    owner.execute(
        () -> {
          revoked = cause;
          if (subscription != null) {
            subscription.end(cause);
          }
        });
  }

  /** Sets what ends the subscription with the ownership of its member. Before {@link #begin}. */
  void guardedBy(GroupFence guard) {
    fence = guard;
    if (closed) {
      guard.close();
    }
  }

  /**
   * Subscribes, answers the request, and starts to deliver. Owner thread.
   *
   * @throws BrokerException as {@link Partition#subscribe}; the request is not answered then
   */
  void begin(Partition partition, SubscriptionSpec spec, PendingRequest pending) {
    Partition.Subscribed subscribed = partition.subscribe(spec, this);
    subscription = subscribed.subscription();
    progress = spec.filter().map(filter -> new FilterProgress(id, version, connection));
    pending.answer(
        new SubscribeResponse(
            subscribed.startOffset(),
            subscribed.offsets().start(),
            subscribed.offsets().durable(),
            subscribed.offsets().stored()));
    if (fence != null) {
      fence.guard(subscribed);
    }
    if (closed) {
      subscription.close();
      return;
    }
    if (revoked != null) {
      subscription.end(revoked);
      return;
    }
    subscription.resume();
    if (earlyCredit > 0) {
      subscription.addCredit(earlyCredit);
    }
  }

  /** Refuses the request; the subscription does not begin. Any thread. */
  void refuse(Throwable cause, PendingRequest pending) {
    forget();
    closeFence();
    pending.refuse(cause);
  }

  /** Ends the subscription, then answers. Nothing is delivered after the answer. */
  void end(PendingRequest pending) {
    owner.execute(
        () -> {
          close();
          pending.answer(new EmptyResponse());
        });
  }

  void addCredit(long bytes) {
    Subscription begun = subscription;
    if (begun != null) {
      begun.addCredit(bytes);
    } else {
      owner.execute(() -> addCreditAsOwner(bytes));
    }
  }

  private void addCreditAsOwner(long bytes) {
    if (subscription != null) {
      subscription.addCredit(bytes);
    } else {
      // The client did not wait for the answer, and the search for the start offset still runs.
      earlyCredit = Math.min(Long.MAX_VALUE - bytes, earlyCredit) + bytes;
    }
  }

  void resume() {
    Subscription begun = subscription;
    if (begun != null) {
      begun.resume();
    }
  }

  /**
   * Ends the subscription. Any thread. If this method runs at the same time as {@link #begin}, at
   * least one of the two methods sees the write of the other. That method closes the subscription.
   */
  void close() {
    closed = true;
    closeFence();
    Subscription begun = subscription;
    if (begun != null) {
      begun.close();
    }
  }

  @Override
  public boolean isWritable() {
    return !closed && connection.takesEvents();
  }

  @Override
  public boolean isOverQuota() {
    ConnectionQuotas quotas = connection.quotas();
    return quotas != null && quotas.isReadDelayed();
  }

  @Override
  public void deliver(
      List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
    int bytes = batches.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuf frame;
    try {
      progress.ifPresent(
          each -> each.report(subscription.filterCounts(), nextOffset >= visibleEnd));
      frame = frame(batches, bytes, nextOffset, visibleEnd);
    } catch (RuntimeException | Error e) {
      FrameWriter.close(lease);
      throw e;
    }
    connection.sendsEvents(bytes);
    connection.writer().write(frame, lease);
  }

  private ByteBuf frame(List<ByteBuffer> batches, int bytes, long nextOffset, long visibleEnd) {
    ByteBufAllocator allocator = connection.allocator();
    ByteBuf head = DeliverPush.encodeHead(allocator, version, id, nextOffset, visibleEnd, bytes);
    return joined(allocator, head, batches);
  }

  @Override
  public void ended(BrokerException cause) {
    closed = true;
    forget();
    closeFence();
    try {
      progress.ifPresent(each -> each.report(subscription.filterCounts(), true));
      connection
          .writer()
          .write(
              Frames.encodePush(
                  connection.allocator(),
                  version,
                  new SubscriptionEndedPush(id, cause.code(), cause.getMessage())));
    } catch (RuntimeException | Error e) {
      connection.failed(e); // without this push, the client would wait forever for the next event
    }
  }

  private void closeFence() {
    GroupFence guard = fence;
    if (guard != null) {
      guard.close();
    }
  }

  private void forget() {
    connection.execute(() -> connection.subscriptions().remove(this));
  }

  private static ByteBuf joined(
      ByteBufAllocator allocator, ByteBuf head, List<ByteBuffer> batches) {
    if (batches.isEmpty()) {
      return head;
    }
    CompositeByteBuf frame = allocator.compositeBuffer(1 + batches.size());
    frame.addComponent(true, head);
    for (ByteBuffer run : batches) {
      frame.addComponent(true, Unpooled.wrappedBuffer(run));
    }
    return frame;
  }
}
