package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.PartitionOwner;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The subscriptions of one connection, by the id that the client chose. Event loop of the
 * connection.
 */
final class ConnectionSubscriptions {

  private final int max;
  private final Map<Integer, ClientSubscription> byId = new HashMap<>();
  private final AtomicBoolean checkQueued = new AtomicBoolean();
  private int firstToResume;

  ConnectionSubscriptions(int max) {
    this.max = max;
  }

  /**
   * Adds a subscription that has not begun yet.
   *
   * @param version the version of the SUBSCRIBE request
   * @param access what it needs
   * @throws BrokerException {@code SUBSCRIPTION_EXISTS} or {@code LIMIT_REACHED}
   */
  ClientSubscription add(
      int id,
      int version,
      SubscriptionAccess access,
      PartitionOwner owner,
      NativeConnection connection) {
    if (byId.containsKey(id)) {
      throw new BrokerException(
          ErrorCode.SUBSCRIPTION_EXISTS,
          "the connection already has a subscription " + id + "; choose another id");
    }
    if (byId.size() >= max) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the connection has "
              + max
              + " subscriptions, as many as limits.maxSubscriptionsPerConnection allows;"
              + " end one or open another connection");
    }
    ClientSubscription subscription =
        new ClientSubscription(id, version, access, owner, connection);
    byId.put(id, subscription);
    return subscription;
  }

  Optional<ClientSubscription> find(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Removes a subscription, but not a newer one with the same id. */
  void remove(ClientSubscription subscription) {
    byId.remove(subscription.id(), subscription);
  }

  /**
   * Resumes all subscriptions. Each call starts with a different subscription, because the first
   * one can fill the channel.
   */
  void resumeAll() {
    List<ClientSubscription> all = new ArrayList<>(byId.values());
    for (int i = 0; i < all.size(); i++) {
      all.get((firstToResume + i) % all.size()).resume();
    }
    firstToResume = all.isEmpty() ? 0 : (firstToResume + 1) % all.size();
  }

  /**
   * Queues a check of what the client may still do. Any thread.
   *
   * @return false if a check is queued already
   */
  boolean queueCheck() {
    return checkQueued.compareAndSet(false, true);
  }

  /** The check that was queued begins: a later change of permissions queues another one. */
  void checkBegins() {
    checkQueued.set(false);
  }

  /** The subscriptions now. */
  List<ClientSubscription> all() {
    return List.copyOf(byId.values());
  }

  void closeAll() {
    byId.values().forEach(ClientSubscription::close);
    byId.clear();
  }
}
