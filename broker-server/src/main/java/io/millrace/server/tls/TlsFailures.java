package io.millrace.server.tls;

import io.millrace.protocol.Quoted;
import io.millrace.server.log.LineLimit;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts and logs connections whose TLS failed: of each kind at most one line a minute, without a
 * stack trace, because anyone who can reach the port can cause them. Any thread.
 */
final class TlsFailures {

  private static final Logger LOG = LoggerFactory.getLogger(TlsFailures.class);

  private record Kind(LongAdder count, LineLimit lines) {}

  private final Map<TlsFailure, Kind> kinds = new EnumMap<>(TlsFailure.class);

  TlsFailures() {
    for (TlsFailure each : TlsFailure.values()) {
      kinds.put(each, new Kind(new LongAdder(), new LineLimit()));
    }
  }

  /** Counts a connection, and logs it if it is time for a line. */
  void failed(String listener, SocketAddress remote, Throwable cause) {
    TlsFailure failure = TlsFailure.of(cause);
    Kind kind = kinds.get(failure);
    kind.count.increment();
    long times = kind.lines.count();
    LOG.atLevel(times == 0 ? Level.DEBUG : Level.INFO)
        .log(
            "event=tls_failed listener={} remote={} kind={} times={} reason={}",
            listener,
            remote,
            failure,
            times,
            Quoted.logValue(reason(cause)));
  }

  /** The text of the failure, and of its root, which says most about a certificate. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = text(failure);
    String rootText = text(root);
    return text.contains(rootText) ? text : text + ": " + rootText;
  }

  private static String text(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  /** The number of connections of a kind since the start. */
  long count(TlsFailure failure) {
    return kinds.get(failure).count.sum();
  }
}
