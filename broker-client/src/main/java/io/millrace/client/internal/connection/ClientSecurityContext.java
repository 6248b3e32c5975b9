package io.millrace.client.internal.connection;

import io.millrace.client.Credentials;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.client.internal.security.SecurityThread;
import io.millrace.client.internal.security.TlsContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What the connections of one attempt to connect use for security. Event loop only.
 *
 * @param settings the settings of the client
 * @param tls encrypts the connections; empty for connections without TLS
 * @param thread runs what would block the event loop
 * @param eventLoop that of the connections
 */
record ClientSecurityContext(
    ClientSecurity settings,
    Optional<TlsContext> tls,
    SecurityThread thread,
    EventExecutor eventLoop) {

  /** The credentials of the client. It has some. */
  Credentials credentials() {
    return settings.credentials().orElseThrow();
  }

  /** Runs a task on the security thread. Its outcome comes on the event loop. */
  <T> Future<T> call(Callable<T> task) {
    return thread.call(eventLoop, task);
  }
}
