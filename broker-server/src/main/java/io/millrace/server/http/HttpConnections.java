package io.millrace.server.http;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.ConnectionPlaces;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.log.LineLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of the HTTP port. A new connection always gets a place, so that probes get an
 * answer: at a limit, the connection closes whose last answer is the longest ago. All connections
 * have one event loop. A method that does not say otherwise is called on it.
 */
final class HttpConnections {

  static final int MAX_CONNECTIONS = 100;
  static final int MAX_PER_ADDRESS = 50;

  /** The answers that clients have not taken. A page of all metrics has a few MiB. */
  static final long MAX_ANSWER_BYTES = 32 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(HttpConnections.class);

  private final ListenerObserver observer;
  private final ConnectionPlaces<Channel> places =
      new ConnectionPlaces<>(MAX_CONNECTIONS, MAX_PER_ADDRESS);
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final LineLimit lines = new LineLimit();

  /** The sizes of the answers that clients take; the oldest answer is the first. */
  private final Map<Channel, Integer> answers = new LinkedHashMap<>();

  private long answerBytes;

  HttpConnections(ListenerObserver observer) {
    this.observer = observer;
  }

  /** Gives a new connection a place. */
  void add(Channel channel, InetSocketAddress remote) {
    AddressBlock address = AddressBlock.of(remote.getAddress());
    ConnectionPlaces.Answer<Channel> place = places.take(channel, address);
    channels.add(channel);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              channels.remove(channel);
              places.leave(channel);
            });
    if (place.displaced() != null) {
      long times = lines.count();
      if (times > 0) {
        LOG.warn(
            "event=http_connections_full limit={} address={} times={}",
            place.limit() == ConnectionPlaces.Limit.ALL ? MAX_CONNECTIONS : MAX_PER_ADDRESS,
            address,
            times);
      }
      closed(ErrorCode.TOO_MANY_CONNECTIONS);
      place.displaced().close();
    }
  }

  /**
   * Counts an answer that a client has to take. If the clients together leave too much, those with
   * the oldest answers are closed.
   */
  void answerBegins(Channel channel, int bytes) {
    places.renew(channel);
    Iterator<Map.Entry<Channel, Integer>> oldest = answers.entrySet().iterator();
    while (answerBytes + bytes > MAX_ANSWER_BYTES && oldest.hasNext()) {
      Map.Entry<Channel, Integer> slow = oldest.next();
      oldest.remove();
      answerBytes -= slow.getValue();
      closed(ErrorCode.SLOW_READER);
      slow.getKey().close();
      oldest = answers.entrySet().iterator(); // the close may change the answers
    }
    answers.put(channel, bytes);
    answerBytes += bytes;
  }

  /** The client has taken its answer, or has gone. */
  void answerTaken(Channel channel) {
    Integer bytes = answers.remove(channel);
    if (bytes != null) {
      answerBytes -= bytes;
      places.renew(channel);
    }
  }

  /** Counts a connection that the broker closes. */
  void closed(ErrorCode reason) {
    observer.sentAway(reason);
  }

  /** Begins to close all connections. Any thread. */
  void closeAll() {
    channels.forEach(Channel::close);
  }

  /** Any thread. */
  int size() {
    return places.taken();
  }

  /** Any thread. */
  long unsentBytes() {
    return channels.stream().mapToLong(HttpConnections::unsentBytes).sum();
  }

  private static long unsentBytes(Channel channel) {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }
}
