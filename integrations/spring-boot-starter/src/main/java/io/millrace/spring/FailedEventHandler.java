package io.millrace.spring;

import io.millrace.client.ConsumedEvent;

/**
 * Takes over an event that a listener could not process, after its last attempt: for example, sends
 * it to another topic. A bean of this type serves all listeners; there may be one.
 *
 * <p>If it returns, the event counts as processed, and is committed. If it throws, the event has
 * failed as if there were no handler. It is not called for an event that is interrupted by a stop,
 * nor for a {@link Error}.
 */
@FunctionalInterface
public interface FailedEventHandler {

  /**
   * Takes over an event. Called on the thread of the handler.
   *
   * @param listenerId the id of the listener
   * @param failure the failure of the last attempt
   * @throws Exception the event has failed; it is not committed
   */
  void handle(String listenerId, ConsumedEvent event, Exception failure) throws Exception;
}
