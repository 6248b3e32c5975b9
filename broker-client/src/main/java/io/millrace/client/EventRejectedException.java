package io.millrace.client;

/** A {@link QueueHandler} throws it for an event that no further attempt can process. */
public final class EventRejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Rejects the event.
   *
   * @param reason stored in the header {@code dlq_error} of the dead letter; longer ones are cut to
   *     1,024 bytes of UTF-8
   */
  public EventRejectedException(String reason) {
    super(reason);
  }

  /** Rejects the event. The cause is for the log of the program. */
  public EventRejectedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
