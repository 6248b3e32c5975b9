package io.millrace.cli.format;

import io.millrace.client.Event;

/** Decodes lines of input to events. Used by one thread. */
public interface EventDecoder {

  /**
   * Decodes a line. The caller can set more fields of the event.
   *
   * @param line the line without its newline; the decoder takes ownership of the array
   * @throws IllegalArgumentException if the line is not a valid event; the message says why
   */
  Event.Builder decode(byte[] line);
}
