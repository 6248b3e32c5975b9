package io.millrace.client;

import java.time.Duration;

/**
 * A connection to a broker, and what can be done over it. Thread-safe. One is enough for a program;
 * its producers and consumers share the connection and one event loop thread. A second client buys
 * a second thread.
 *
 * <p>A broken connection is made anew, with growing pauses, for as long as the client is open.
 */
public interface MillraceClient extends AutoCloseable {

  /** The port of a broker whose address names none. */
  int DEFAULT_PORT = 9710;

  /**
   * Connects with default settings.
   *
   * @param server {@code host:port}, {@code host}, or {@code [IPv6]:port}
   * @throws MillraceException {@code SERVER_UNREACHABLE}, or the broker's refusal
   * @throws IllegalArgumentException if the address cannot be read
   */
  static MillraceClient connect(String server) {
    return builder().server(server).build();
  }

  /** Connects with other settings. */
  static Builder builder() {
    return Implementation.newClientBuilder();
  }

  /** The topics. */
  Admin admin();

  /** A new producer for a topic. */
  Producer.Builder producer(String topic);

  /** A new consumer of a topic. */
  Consumer.Builder consumer(String topic);

  /**
   * Closes all producers and consumers, each as its {@code close} says, then the connection and its
   * thread. Repeated calls do nothing.
   *
   * @throws MillraceException the first that a producer's {@code close} has thrown; all is closed
   *     all the same
   */
  @Override
  void close();

  /** Settings of a new client. Not thread-safe. */
  interface Builder {

    /**
     * The broker's address: {@code host:port}, {@code host}, or {@code [IPv6]:port}. Default:
     * {@code localhost:9710}.
     *
     * @throws IllegalArgumentException if the address cannot be read
     */
    Builder server(String address);

    /**
     * Who this client is, in the broker's log and as default source of its producers; 1 to 255
     * bytes of UTF-8. Default: {@code java-} and the process id.
     */
    Builder clientId(String clientId);

    /** How long one attempt to connect may take, handshake included. Default: 5 s. */
    Builder connectTimeout(Duration timeout);

    /** How long a request waits for its answer, a broken connection included. Default: 30 s. */
    Builder requestTimeout(Duration timeout);

    /**
     * Pauses between attempts to connect again: doubling from the first to the longest, each cut by
     * a random part of up to a half. Default: 50 ms to 2 s.
     */
    Builder reconnectBackoff(Duration initial, Duration max);

    /**
     * Connects. Blocks until the broker has answered, at most for the connect timeout.
     *
     * @throws MillraceException {@code SERVER_UNREACHABLE}, or the broker's refusal
     */
    MillraceClient build();
  }
}
