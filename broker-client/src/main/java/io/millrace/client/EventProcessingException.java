package io.millrace.client;

import io.millrace.protocol.ErrorCode;

/**
 * An {@link EventHandler} has failed, and its attempts are used up. The event is not committed. The
 * cause is the exception of the last attempt. Suppressed are the exceptions of the earlier attempts
 * (if they are more than {@value #MAX_SUPPRESSED}, the first ones and the last one), and the
 * failures of events that other threads processed at the same time.
 */
public final class EventProcessingException extends MillraceException {

  /** Most exceptions of earlier attempts that are kept. */
  public static final int MAX_SUPPRESSED = 10;

  private static final long serialVersionUID = 1L;

  private final transient ConsumedEvent event;

  /**
   * Creates a failure.
   *
   * @param event the event that the handler could not process
   */
  public EventProcessingException(String message, ConsumedEvent event, Throwable cause) {
    super(ErrorCode.HANDLER_FAILED, message, cause);
    this.event = event;
  }

  /** The event that was not processed; null in an exception that was serialized. */
  public ConsumedEvent event() {
    return event;
  }
}
