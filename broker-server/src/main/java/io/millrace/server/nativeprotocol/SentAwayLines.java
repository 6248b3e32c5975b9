package io.millrace.server.nativeprotocol;

import io.millrace.server.log.LineLimit;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Limits the log lines about connections that the broker closes: at most one a minute for each
 * code. A client that always reconnects would otherwise fill the log. Any thread.
 */
final class SentAwayLines {

  private static final Logger LOG = LoggerFactory.getLogger(NativeConnection.class);

  private final Map<String, LineLimit> byCode = new ConcurrentHashMap<>();

  /**
   * Counts a connection.
   *
   * @param code of the line; there are few of them
   * @return the number of connections since the last line with this code, if it is time for a line;
   *     otherwise 0
   */
  long count(String code) {
    return byCode.computeIfAbsent(code, first -> new LineLimit()).count();
  }

  /** Counts and logs a connection that speaks HTTP. */
  void httpOnNativePort(SocketAddress remote) {
    long times = count("HTTP_ON_NATIVE_PORT");
    LOG.atLevel(times == 0 ? Level.DEBUG : Level.INFO)
        .log("event=sent_away remote={} code=HTTP_ON_NATIVE_PORT times={}", remote, times);
  }
}
