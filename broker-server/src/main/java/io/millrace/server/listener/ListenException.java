package io.millrace.server.listener;

import io.millrace.server.settings.ListenAddress;
import java.io.IOException;

/** An address cannot be bound. The cause says why. */
public final class ListenException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient ListenAddress address;

  ListenException(ListenAddress address, Throwable cause) {
    super("cannot listen on " + address.hostAndPort(), cause);
    this.address = address;
  }

  /** The address that cannot be bound. */
  public ListenAddress address() {
    return address;
  }
}
