package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.security.Resource;

/**
 * A session may not do an operation on a resource, and may not describe it either. The client gets
 * the answer that it would get if the resource did not exist: {@code UNKNOWN_TOPIC} or {@code
 * UNKNOWN_GROUP}. The message is that of the refusal, for the broker's own records.
 */
public final class HiddenResourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Resource resource;
  private final BrokerException denial;

  HiddenResourceException(Resource resource, BrokerException denial) {
    super(denial.getMessage(), null, false, false);
    this.resource = resource;
    this.denial = denial;
  }

  /** A topic or a group, which need not exist. */
  public Resource resource() {
    return resource;
  }

  /** The refusal of a client that knows that the resource exists: {@code NOT_AUTHORIZED}. */
  public BrokerException denial() {
    return denial;
  }
}
