package io.millrace.server.nativeprotocol;

import io.netty.channel.Channel;

/**
 * Reads requests from a connection as long as the client takes its answers, and the requests in
 * flight of this connection and of all connections are below their limits. Event loop of the
 * connection, unless a method says otherwise.
 */
final class RequestReading {

  private final NativeConnection connection;
  private final InFlightRequests inFlight;
  private final ConnectionTimeouts timeouts;
  private volatile boolean oneAtATime;

  /** Continues to read when the memory of all connections is below its limit again. */
  private final Runnable memoryIsFree;

  RequestReading(
      NativeConnection connection, InFlightRequests inFlight, ConnectionTimeouts timeouts) {
    this.connection = connection;
    this.inFlight = inFlight;
    this.timeouts = timeouts;
    memoryIsFree = () -> connection.execute(this::update);
  }

  /** Sets whether a request is read only when the one before it is answered. */
  void oneAtATime(boolean on) {
    oneAtATime = on;
  }

  /** An answer was sent. Any thread. */
  void answered() {
    if (oneAtATime) {
      connection.execute(this::update);
    }
  }

  /** Reads, or stops to read, as the limits say now. */
  void update() {
    ConnectionState state = connection.state();
    if (state == ConnectionState.CLOSED) {
      return;
    }
    Channel channel = connection.channel();
    RequestFrameDecoder decoder = connection.decoder();
    ConnectionQuotas quotas = connection.quotas();
    boolean full =
        inFlight.isFull()
            || connection.memory().requests().isFull(memoryIsFree)
            || oneAtATime && !inFlight.isEmpty()
            || quotas != null && quotas.isFull();
    boolean read = channel.isWritable() && !full || state == ConnectionState.LINGERING;
    decoder.holdUp(full && channel.isWritable());
    if (decoder.read(channel, read) && read) {
      timeouts.bytesReceived();
    }
  }

  /** The connection is closed. */
  void end() {
    connection.memory().requests().forget(memoryIsFree);
  }
}
