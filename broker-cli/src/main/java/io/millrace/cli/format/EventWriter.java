package io.millrace.cli.format;

import io.millrace.client.ConsumedEvent;
import java.io.IOException;

/** Prints each event on its own line, in a form of {@link EventFormat}. Used by one thread. */
public interface EventWriter {

  /** Prints one event, possibly to a buffer. */
  void write(ConsumedEvent event) throws IOException;

  /** Writes the buffered events to the stream, and flushes it. */
  void flush() throws IOException;
}
