package io.millrace.server.listener;

import io.millrace.protocol.Quoted;
import io.millrace.server.log.LineLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a listener's connections that are closed because memory could not be allocated for
 * them; at most one line a minute, without a stack trace: the place is of no use, and other
 * connections continue. Any thread.
 */
public final class MemoryShortage {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryShortage.class);

  private final LineLimit lines = new LineLimit();

  /** A connection is closed. */
  public void closes(String client, OutOfMemoryError cause) {
    long times = lines.count();
    if (times > 0) {
      LOG.error(
          "event=connection_memory_exhausted client={} times={} reason={}",
          client,
          times,
          Quoted.logValue(cause.toString()));
    }
  }
}
