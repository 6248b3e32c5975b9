package io.millrace.core;

import java.util.Optional;

/**
 * Ends a subscription as soon as its member no longer owns the partition. Any thread. The caller
 * closes it when the subscription ends for another reason.
 */
public final class GroupFence implements AutoCloseable {

  private final GroupClaim claim;
  private final GroupShard shard;
  private Subscription subscription; // guarded by this
  private BrokerException ended; // guarded by this

  GroupFence(GroupClaim claim, GroupShard shard) {
    this.claim = claim;
    this.shard = shard;
  }

  /** What the member has claimed. */
  public GroupClaim claim() {
    return claim;
  }

  /** Guards a subscription. One call. If the ownership has ended, it ends at once. */
  public void guard(Partition.Subscribed subscribed) {
    Subscription guarded = subscribed.subscription();
    shard.started(claim, subscribed.startOffset());
    BrokerException cause;
    synchronized (this) {
      subscription = guarded;
      cause = ended;
    }
    if (cause != null) {
      guarded.end(cause);
    }
  }

  /** The guarded subscription, if it has begun. */
  synchronized Optional<Subscription> subscription() {
    return Optional.ofNullable(subscription);
  }

  /** The ownership has ended. */
  void end(BrokerException cause) {
    Subscription guarded;
    synchronized (this) {
      ended = cause;
      guarded = subscription;
    }
    if (guarded != null) {
      guarded.end(cause);
    }
  }

  /** Guards nothing any more. Repeated calls do nothing. */
  @Override
  public void close() {
    shard.forget(this);
  }
}
