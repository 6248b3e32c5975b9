package io.millrace.server.listener;

import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import java.util.List;

/** The settings of a listener that is enabled. Immutable, equal by value. Any thread. */
public interface ListenerSettings {

  /**
   * Whether the listener opens before the recovery, and closes after the broker. Other listeners
   * open after the recovery, and close before the broker.
   */
  boolean servesDuringRecovery();

  /** The addresses that the listener binds, not empty. Port 0 stands for any free port. */
  List<ListenAddress> addresses();

  /**
   * Whether its connections use TLS. A listener that cannot use it says {@link TlsMode#OFF}; it
   * then starts on loopback addresses only, unless the user allows plaintext.
   */
  TlsMode tls();

  /**
   * Binds the listener and starts to serve. Blocks until it is bound.
   *
   * @return the listener, which the caller closes
   * @throws ListenException if an address cannot be bound; nothing is left open then
   */
  Listener open(ListenerContext context) throws ListenException;
}
