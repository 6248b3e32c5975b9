package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.Optional;

/**
 * What a subscription or a consumer of a queue needs as long as it lasts: to read a topic, and to
 * be a member of a group.
 *
 * @param group empty: no group
 */
record SubscriptionAccess(String topic, String group) {

  /** Why the session may not have it; empty: it may. */
  Optional<BrokerException> refusal(Authorizer authorizer, Session session) {
    Resource read = Resource.topic(topic);
    if (!authorizer.allows(session, Operation.READ, read)) {
      return Optional.of(authorizer.deny(session, Operation.READ, read.text()));
    }
    Resource joined = Resource.group(group);
    return group.isEmpty() || authorizer.allows(session, Operation.JOIN, joined)
        ? Optional.empty()
        : Optional.of(authorizer.deny(session, Operation.JOIN, joined.text()));
  }
}
