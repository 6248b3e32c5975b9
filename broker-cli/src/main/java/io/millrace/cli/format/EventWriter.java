package io.millrace.cli.format;

import io.millrace.client.ConsumedEvent;
import java.io.IOException;

/** Prints events, one a line, in one of the forms of {@link EventFormat}. Used by one thread. */
public interface EventWriter {

  /** Prints one event; it may wait in a buffer. */
  void write(ConsumedEvent event) throws IOException;

  /** Hands on everything printed so far. */
  void flush() throws IOException;
}
