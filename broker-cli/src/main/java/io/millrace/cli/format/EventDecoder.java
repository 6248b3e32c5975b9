package io.millrace.cli.format;

import io.millrace.client.Event;

/** Makes an event of a line of input. Used by one thread. */
public interface EventDecoder {

  /**
   * The event that a line stands for, to be completed by the caller.
   *
   * @param line without its newline; becomes the decoder's
   * @throws IllegalArgumentException if it stands for none; the message says why
   */
  Event.Builder decode(byte[] line);
}
