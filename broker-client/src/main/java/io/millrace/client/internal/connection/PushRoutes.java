package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.FilterProgressPush;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.Push;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Who gets the pushes of the subscriptions and of the members of groups that use a connection. A
 * push for nobody is ignored. Event loop only.
 */
final class PushRoutes {

  private final IntObjectMap<SubscriptionListener> subscriptions = new IntObjectHashMap<>();
  private final Map<String, GroupChangeListener> members = new HashMap<>();

  void route(int subscriptionId, SubscriptionListener listener) {
    subscriptions.put(subscriptionId, listener);
  }

  void unroute(int subscriptionId) {
    subscriptions.remove(subscriptionId);
  }

  void routeMember(String member, GroupChangeListener listener) {
    members.put(member, listener);
  }

  void unrouteMember(String member) {
    members.remove(member);
  }

  /** Drops all further pushes. */
  void clear() {
    subscriptions.clear();
    members.clear();
  }

  /** Calls the listener for a push. */
  void dispatch(Push push) {
    if (push instanceof DeliverPush delivery) {
      SubscriptionListener subscription = subscriptions.get(delivery.subscriptionId());
      if (subscription != null) {
        subscription.delivered(delivery);
      }
    } else if (push instanceof FilterProgressPush progress) {
      SubscriptionListener subscription = subscriptions.get(progress.subscriptionId());
      if (subscription != null) {
        subscription.progressed(progress);
      }
    } else if (push instanceof SubscriptionEndedPush end) {
      SubscriptionListener subscription = subscriptions.remove(end.subscriptionId());
      if (subscription != null) {
        subscription.ended(new MillraceException(end.code(), end.message()));
      }
    } else if (push instanceof GroupChangedPush change) {
      GroupChangeListener member = members.get(change.member());
      if (member != null) {
        member.changed(change);
      }
    }
  }
}
