package io.millrace.client;

/** Processes the events of a {@link GroupConsumer}. Called on several threads at the same time. */
@FunctionalInterface
public interface EventHandler {

  /**
   * Processes one event. The event is finished when this method returns. Interrupted if the
   * consumer is closed and does not wait any longer.
   *
   * @throws Exception the event is not finished; {@link ProcessOptions} say what follows
   */
  void handle(ConsumedEvent event) throws Exception;
}
