package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.ConnectionPlaces;
import io.millrace.server.log.LineLimit;
import io.millrace.server.settings.Limits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of the listener, with and without a place. Any thread. */
final class OpenConnections {

  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  /**
   * Connections without a place that get a GO_AWAY at the same time. Further connections are closed
   * without a message.
   */
  private static final int MAX_REFUSED = 128;

  private static final int WAITING_DIVISOR = 4;

  private final Limits limits;
  private final int maxWaiting;
  private final ConnectionPlaces<NativeConnection> places;

  /** Connections that got a place. One that has lost it stays here until it is closed. */
  private final Set<NativeConnection> connections = ConcurrentHashMap.newKeySet();

  /** Connections without a place, which get a GO_AWAY. They do not count for the limits. */
  private final Set<NativeConnection> refused = ConcurrentHashMap.newKeySet();

  private final LineLimit limitLines = new LineLimit();

  /**
   * @param authenticates whether clients need a credential. Then at most a quarter of the
   *     connections belong to clients that have not shown one
   */
  OpenConnections(Limits limits, boolean authenticates) {
    this.limits = limits;
    maxWaiting =
        authenticates
            ? Math.max(1, limits.maxConnections() / WAITING_DIVISOR)
            : limits.maxConnections();
    places =
        new ConnectionPlaces<>(
            limits.maxConnections(), limits.maxConnectionsPerAddress(), maxWaiting);
  }

  /** Sends clients away when a change of users or tokens ends their logins. */
  void checkLogins(Authentication authentication) {
    authentication
        .access()
        .onChange(
            state ->
                connections.forEach(
                    connection -> connection.execute(() -> connection.login().check())));
  }

  /** Opens a connection, or refuses it. Event loop of the connection. */
  void open(NativeConnection connection, AddressBlock address) {
    ConnectionPlaces.Answer<NativeConnection> place = places.take(connection, address);
    if (place.limit() != null) {
      logLimit(place.limit(), address);
    }
    if (place.isRefused()) {
      connection.open();
      refuse(connection, reached(place.limit(), address) + "; try again later");
      return;
    }
    NativeConnection displaced = place.displaced();
    if (displaced != null) {
      // It can be served before the task runs, and then has requests that a drain must wait for.
      displaced.execute(
          () ->
              refuse(
                  displaced,
                  reached(place.limit(), address)
                      + "; this connection was not served yet when another one needed its place"));
    }
    connections.add(connection);
    connection
        .channel()
        .closeFuture()
        .addListener(
            closed -> {
              connections.remove(connection);
              places.leave(connection);
            });
    connection.onServed(() -> places.settle(connection));
    connection.open();
  }

  /** Closes a connection that has no place. Event loop of the connection. */
  private void refuse(NativeConnection connection, String message) {
    if (refused.size() >= MAX_REFUSED) {
      connection.drop(ErrorCode.TOO_MANY_CONNECTIONS);
      return;
    }
    refused.add(connection);
    connection.channel().closeFuture().addListener(closed -> refused.remove(connection));
    connection.goAway(ErrorCode.TOO_MANY_CONNECTIONS, message, NativeConnection.LINGER);
  }

  private String reached(ConnectionPlaces.Limit limit, AddressBlock address) {
    return switch (limit) {
      case ALL ->
          "the broker has "
              + limits.maxConnections()
              + " connections, as many as limits.maxConnections allows";
      case WAITING ->
          "the broker has "
              + maxWaiting
              + " connections of clients without a credential, a quarter of limits.maxConnections";
      case ADDRESS ->
          "the broker has "
              + limits.maxConnectionsPerAddress()
              + " connections from "
              + address
              + ", as many as limits.maxConnectionsPerAddress allows";
    };
  }

  private void logLimit(ConnectionPlaces.Limit limit, AddressBlock address) {
    long times = limitLines.count();
    if (times > 0) {
      LOG.warn(
          "event=too_many_connections address={} times={} reason=\"{}\"",
          address,
          times,
          reached(limit, address));
    }
  }

  /** The number of connections that have a place. */
  int withPlace() {
    return places.taken();
  }

  /** The number of connections that read requests. */
  int size() {
    return connections.size();
  }

  long unsentBytes() {
    return connections.stream().mapToLong(connection -> connection.writer().unsentBytes()).sum();
  }

  /** Sends GO_AWAY to every client; completes when all connections are closed. */
  CompletableFuture<Void> sendAway(Duration timeout) {
    List<NativeConnection> leaving = List.copyOf(connections);
    for (NativeConnection connection : leaving) {
      connection.execute(
          () ->
              connection.goAway(
                  ErrorCode.SHUTTING_DOWN,
                  "the broker is shutting down; reconnect when it is back",
                  timeout));
    }
    return CompletableFuture.allOf(
        leaving.stream().map(NativeConnection::closed).toArray(CompletableFuture[]::new));
  }

  /** Begins to close all channels. */
  List<ChannelFuture> close() {
    return Stream.concat(connections.stream(), refused.stream())
        .map(NativeConnection::channel)
        .map(Channel::close)
        .toList();
  }
}
