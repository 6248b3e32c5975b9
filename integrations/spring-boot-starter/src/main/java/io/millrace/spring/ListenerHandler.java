package io.millrace.spring;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.EventHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the method of a listener, during one run of {@code process}. After the last attempt of an
 * event, the {@link FailedEventHandler} takes over, if there is one. Thread-safe.
 */
final class ListenerHandler implements EventHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerHandler.class);

  private final RunningListener listener;
  private final ListenerMethod method;
  private final int attempts;
  private final FailedEventHandler takeOver;
  private final HandlerObserver observer;

  /** The failed attempts of the events that will be tried again. An event equals only itself. */
  private final Map<ConsumedEvent, Integer> failed = new ConcurrentHashMap<>();

  /**
   * Creates a handler.
   *
   * @param takeOver may be null
   * @param observer may be null
   */
  ListenerHandler(
      RunningListener listener,
      ListenerMethod method,
      int attempts,
      FailedEventHandler takeOver,
      HandlerObserver observer) {
    this.listener = listener;
    this.method = method;
    this.attempts = attempts;
    this.takeOver = takeOver;
    this.observer = observer;
  }

  @Override
  public void handle(ConsumedEvent event) throws Exception {
    try {
      listener.enter();
      observed(event);
    } catch (Exception e) {
      if (takeOver == null || !isLast(event)) {
        throw e;
      }
      takeOver(event, e);
    } finally {
      listener.leave();
    }
    failed.remove(event);
  }

  private void observed(ConsumedEvent event) throws Exception {
    if (observer == null) {
      method.call(event);
      return;
    }
    observer.begins(event);
    long begin = System.nanoTime();
    try {
      method.call(event);
    } catch (Exception | Error e) {
      observer.ended(System.nanoTime() - begin, e);
      throw e;
    }
    observer.ended(System.nanoTime() - begin, null);
  }

  private boolean isLast(ConsumedEvent event) {
    return failed.merge(event, 1, Integer::sum) >= attempts;
  }

  /** An event that a stop has interrupted has not failed: it comes again. */
  private void takeOver(ConsumedEvent event, Exception failure) throws Exception {
    if (listener.isStopping() || failure instanceof InterruptedException) {
      throw failure;
    }
    try {
      takeOver.handle(listener.id(), event, failure);
    } catch (Exception e) {
      e.addSuppressed(failure);
      throw e;
    }
    LOG.warn(
        "event=spring_event_taken_over listener={} topic={} partition={} offset={} cause={}",
        listener.id(),
        event.topic(),
        event.partition(),
        event.offset(),
        failure.toString());
    if (observer != null) {
      observer.takenOver();
    }
  }
}
