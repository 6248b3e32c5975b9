package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.OpenQueue;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.List;
import java.util.Optional;

/**
 * Ends what the clients of open connections may not do any more: subscriptions, queues and the
 * memberships of groups. Requests need no check: each of them asks the authorizer. One for all
 * connections; any thread.
 */
final class ChangedAccess {

  /** The subscriptions that one task of an event loop looks at, so that others have their turn. */
  private static final int SUBSCRIPTIONS_PER_TASK = 256;

  private final Authorizer authorizer;

  ChangedAccess(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Checks a connection on its event loop, after the permissions have changed. */
  void check(NativeConnection connection) {
    if (connection.subscriptions().queueCheck()) {
      later(connection, () -> checkNow(connection));
    }
  }

  private void checkNow(NativeConnection connection) {
    connection.subscriptions().checkBegins();
    Session session = connection.session();
    checkSubscriptions(connection.subscriptions().all(), 0, connection);
    connection.queues().revokeIf(queue -> refusal(queue, session));
    connection.groups().revokeIf(group -> refusal(group, session));
  }

  /** A subscription that begins meanwhile has asked the authorizer meanwhile. */
  private void checkSubscriptions(
      List<ClientSubscription> all, int from, NativeConnection connection) {
    int to = Math.min(all.size(), from + SUBSCRIPTIONS_PER_TASK);
    for (ClientSubscription subscription : all.subList(from, to)) {
      subscription
          .access()
          .refusal(authorizer, connection.session())
          .ifPresent(subscription::revoke);
    }
    if (to < all.size()) {
      later(connection, () -> checkSubscriptions(all, to, connection));
    }
  }

  private Optional<BrokerException> refusal(OpenQueue queue, Session session) {
    return new SubscriptionAccess(queue.topicName(), queue.group()).refusal(authorizer, session);
  }

  private Optional<BrokerException> refusal(String group, Session session) {
    Resource joined = Resource.group(group);
    return authorizer.allows(session, Operation.JOIN, joined)
        ? Optional.empty()
        : Optional.of(authorizer.deny(session, Operation.JOIN, joined.text()));
  }

  private static void later(NativeConnection connection, Runnable task) {
    connection.channel().eventLoop().execute(task);
  }
}
