package io.millrace.client;

/** Processes the events of a {@link QueueConsumer}. Called on several threads at the same time. */
@FunctionalInterface
public interface QueueHandler {

  /**
   * Processes one event. The event is accepted when this method returns. Interrupted if the
   * consumer is closed and does not wait any longer.
   *
   * @throws EventRejectedException the event is rejected: it becomes a dead letter, without further
   *     attempts
   * @throws Exception the attempt has failed: the event comes again after the back-off, or becomes
   *     a dead letter if it was the last attempt
   */
  void handle(QueuedEvent event) throws Exception;
}
