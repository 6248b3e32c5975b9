package io.millrace.server.nativeprotocol;

import io.millrace.server.authentication.Authentication;
import io.millrace.server.listener.CommonClientSettings;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.tls.ListenerTls;
import io.netty.channel.socket.DuplexChannel;
import java.util.Optional;

/**
 * The objects that all connections of the listener share.
 *
 * @param quotas empty without quotas in the configuration
 * @param authentication empty if the broker requires no credential
 * @param tls empty if the listener does not use TLS
 */
record ConnectionContext(
    CommonClientSettings settings,
    Routes routes,
    Greeting greeting,
    ListenerObserver observer,
    RequestTimers timers,
    FrameMemory frameMemory,
    ConnectionMemory memory,
    Optional<ListenerQuotas> quotas,
    Optional<Authentication> authentication,
    Optional<ListenerTls> tls) {

  /** Ends the broker's side of a connection, after all that was written. Event loop of it. */
  void endOutput(DuplexChannel socket) {
    if (tls.isPresent()) { // no lambda: it would load the class without TLS
      ListenerTls.endOutput(socket);
    } else {
      socket.shutdownOutput();
    }
  }
}
