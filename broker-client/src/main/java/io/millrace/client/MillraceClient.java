package io.millrace.client;

import java.time.Duration;

/**
 * A client of one broker. It opens producers and consumers, and has the topic administration.
 * Thread-safe.
 *
 * <p>A client has one connection and one daemon thread, the event loop, which all its producers and
 * consumers share. One client is enough for a program. A second client adds a second connection and
 * a second thread.
 *
 * <p>When the connection breaks, the client reconnects with back-off, as long as it is open. If the
 * broker closes the connection with a code that is not {@linkplain MillraceException#retriable()
 * retriable}, the client ends, and every later call fails with that code. Credentials that the
 * broker no longer accepts do not end it: it asks for them again and reconnects.
 */
public interface MillraceClient extends AutoCloseable {

  /** The port of a broker address without a port: 9710. */
  int DEFAULT_PORT = 9710;

  /**
   * Connects with default settings. Blocks until the broker has answered, at most for the default
   * connect timeout.
   *
   * @param server {@code host:port}, {@code host}, or {@code [IPv6]:port}
   * @throws MillraceException {@code SERVER_UNREACHABLE}, {@code UNSUPPORTED_VERSION}, or another
   *     code with which the broker refuses the client
   * @throws IllegalArgumentException if the text is not an address
   */
  static MillraceClient connect(String server) {
    return builder().server(server).build();
  }

  /** Returns a new builder with default settings. */
  static Builder builder() {
    return Implementation.newClientBuilder();
  }

  /** Returns the topic administration. */
  Admin admin();

  /** Returns a new builder of a producer for a topic. */
  Producer.Builder producer(String topic);

  /** Returns a new builder of a consumer of a topic. */
  Consumer.Builder consumer(String topic);

  /** Returns a new builder of a member of a group. It needs topics or a pattern. */
  GroupConsumer.Builder groupConsumer(String group);

  /**
   * Returns a new builder of a consumer of a queue: a group whose consumers share single events.
   *
   * @param topic the topic with the events
   * @param queue the name of the queue
   */
  QueueConsumer.Builder queueConsumer(String topic, String queue);

  /**
   * Closes all consumers and producers of the client, then the connection and the event loop
   * thread. Waits at most 30 s for the receipts of all producers together. If a callback of the
   * program blocks the event loop thread, waits at most 10 s more, and leaves the thread to end by
   * itself. Later calls have no effect.
   *
   * @throws MillraceException the first failure of a producer's {@code close}; everything is closed
   *     nevertheless
   * @throws IllegalStateException on the client's event loop
   */
  @Override
  void close();

  /** The settings of a new client. For one thread. */
  interface Builder {

    /**
     * The address of the broker: {@code host:port}, {@code host}, or {@code [IPv6]:port}. Default:
     * {@code localhost:9710}.
     *
     * @throws IllegalArgumentException if the text is not an address
     */
    Builder server(String address);

    /**
     * The name of the client in the broker's log, and the default source of its producers. Default:
     * {@code java-} and the process id.
     *
     * @param clientId 1 to 255 bytes of UTF-8
     * @throws IllegalArgumentException if it is empty or too long
     */
    Builder clientId(String clientId);

    /**
     * The timeout of one attempt to connect: the lookup of the host name, all its addresses, and
     * the handshake. Default: 5 s.
     *
     * @param timeout 1 ms to 24 days
     * @throws IllegalArgumentException if it is out of range
     */
    Builder connectTimeout(Duration timeout);

    /**
     * The timeout of one request, reconnecting included. A connection is closed if a ping is not
     * answered within this time and no other bytes arrive. Default: 30 s.
     *
     * @param timeout 1 ms to 24 days
     * @throws IllegalArgumentException if it is out of range
     */
    Builder requestTimeout(Duration timeout);

    /**
     * The pauses between attempts to reconnect. They double from the first to the longest. The
     * client shortens each pause by a random amount, at most by half. Default: 50 ms to 2 s.
     *
     * @param initial the first pause, 1 ms to 24 days
     * @param max the longest pause, at least the first one and at most 24 days
     * @throws IllegalArgumentException if one is out of range
     */
    Builder reconnectBackoff(Duration initial, Duration max);

    /**
     * Encrypts the connection with TLS. Default: without TLS.
     *
     * <p>A certificate that is not trusted, one of another host, or a file that cannot be used
     * fails the attempt to connect with {@code SERVER_UNREACHABLE}; the message says what is wrong.
     */
    Builder tls(TlsOptions options);

    /**
     * What proves to the broker who the client is. A broker that needs no credentials ignores them.
     * Default: the token in the environment variable {@code MILLRACE_TOKEN}, or the one in the file
     * that {@code MILLRACE_TOKEN_FILE} names; none if neither is set.
     *
     * <p>If the broker refuses them, {@link #build} fails at once with {@code
     * AUTHENTICATION_FAILED}. A client that has lost its connection tries again, with longer
     * pauses.
     */
    Builder credentials(Credentials credentials);

    /**
     * Allows the client to send a token or a JWT over a connection without TLS to another machine.
     * Others on the way can read and use it, unless something else encrypts the connection, such as
     * the proxies of a service mesh. Default: such a connection fails with {@code TLS_REQUIRED}.
     * Passwords are never sent and do not need this.
     */
    Builder allowPlaintextCredentials();

    /**
     * Sets a listener that hears when the connection is lost and made again, and why it is not.
     * Default: none. It hears about the first connection too.
     */
    Builder connectionListener(ConnectionListener listener);

    /**
     * Connects, with one attempt. Blocks until the broker has answered, at most for the connect
     * timeout.
     *
     * @throws MillraceException {@code SERVER_UNREACHABLE}, {@code UNSUPPORTED_VERSION}, {@code
     *     INTERRUPTED}, or another code with which the broker refuses the client
     */
    MillraceClient build();
  }
}
