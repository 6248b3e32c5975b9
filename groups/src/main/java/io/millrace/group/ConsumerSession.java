package io.millrace.group;

import java.util.Objects;
import java.util.UUID;

/**
 * A queue consumer as one connection knows it.
 *
 * @param id of the consumer; the client chooses it, and tells nobody. It survives a reconnect.
 * @param opening number of the request that opened or continued the queue: higher than those before
 *     it. A request with an older one is of a connection that is not the consumer's any more.
 */
public record ConsumerSession(UUID id, long opening) {

  public ConsumerSession {
    Objects.requireNonNull(id, "id");
  }
}
