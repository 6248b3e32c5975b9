package io.millrace.client.internal.connection;

import io.millrace.client.ConnectionEvent;
import io.millrace.client.MillraceException;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether the link has a connection and, if it has none, since when and why. Tells the listener of
 * the client. Event loop only, except {@link #outage}, which is for any thread.
 */
final class Connectivity {

  /** The listener hears this often that an attempt to connect is still in progress. */
  private static final long TELL_INTERVAL_MS = 1000;

  private final BrokerAddress server;
  private final EventLoop eventLoop;
  private final ListenerCalls listener;
  private volatile Outage outage;
  private Future<?> teller;

  Connectivity(BrokerAddress server, EventLoop eventLoop, ListenerCalls listener) {
    this.server = server;
    this.eventLoop = eventLoop;
    this.listener = listener;
    this.outage = Outage.begin(server, "no answer yet", Optional.empty());
  }

  /** The time without a connection; empty while there is one. */
  Optional<Outage> outage() {
    return Optional.ofNullable(outage);
  }

  /**
   * An attempt to connect begins.
   *
   * @param progress what the attempt waits for, in a few words
   */
  void attempting(Supplier<String> progress) {
    outage = outage.attempting();
    teller =
        eventLoop.scheduleWithFixedDelay(
            () -> tellOutage(progress), TELL_INTERVAL_MS, TELL_INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * The attempt has failed.
   *
   * @param last whether no other attempt follows
   */
  void failed(ConnectFailure failure, boolean last) {
    stopTelling();
    outage = outage.failed(failure);
    if (!last) {
      tellOutage(failure::reason);
    }
  }

  /** The attempt has succeeded. */
  void connected() {
    stopTelling();
    Outage over = outage;
    outage = null;
    listener.tell(new ConnectionEvent.Connected(server.toString(), over.length(), over.attempts()));
  }

  /** The connection is closed, and another attempt follows. */
  void disconnected(MillraceException cause) {
    outage = Outage.begin(server, cause.getMessage(), Optional.of(cause));
    listener.tell(new ConnectionEvent.Disconnected(server.toString(), cause));
  }

  /** The broker has refused the client for good. */
  void stopped(MillraceException cause) {
    listener.tell(new ConnectionEvent.Stopped(server.toString(), cause));
  }

  /** The link has ended: no other attempt follows. */
  void ended() {
    stopTelling();
  }

  /**
   * @param progress the reason during a first attempt
   */
  private void tellOutage(Supplier<String> progress) {
    Outage now = outage;
    listener.tell(
        new ConnectionEvent.Connecting(
            server.toString(),
            now.attempts(),
            now.length(),
            now.lastFailure().isPresent() ? now.reason() : progress.get(),
            now.lastFailure()));
  }

  private void stopTelling() {
    if (teller != null) {
      teller.cancel(false);
      teller = null;
    }
  }
}
