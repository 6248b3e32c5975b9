package io.millrace.server;

import io.millrace.server.config.ServerConfig;

/**
 * A running broker process: storage, broker, native listener and HTTP port. Any thread.
 *
 * <pre>{@code
 * try (MillraceServer server = MillraceServer.start(ServerConfig.defaults())) {
 *   server.awaitStop();
 * }
 * }</pre>
 */
public final class MillraceServer implements AutoCloseable {

  private MillraceServer() {}

  /**
   * Starts a broker. Blocks until it serves.
   *
   * @throws StartException if it cannot: a port in use, a data directory locked or not writable, a
   *     log that cannot be trusted
   */
  public static MillraceServer start(ServerConfig config) {
    throw new UnsupportedOperationException();
  }

  /** The port that the native listener is bound to. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  /** The port that the HTTP listener is bound to; -1 when it is disabled. */
  public int httpPort() {
    throw new UnsupportedOperationException();
  }

  /** Waits until the broker is closed. */
  public void awaitStop() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * Shuts down in order: accepts no more, tells every client to go, answers what is under way as
   * long as {@code connections.drainTimeout} allows, closes the broker. Blocks until all is closed;
   * a second call waits for the first.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
