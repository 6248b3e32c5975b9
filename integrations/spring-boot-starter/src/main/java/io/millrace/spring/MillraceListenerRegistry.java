package io.millrace.spring;

import io.millrace.client.MillraceClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.SmartLifecycle;

/**
 * All listeners of the application. They start last, after the web server, and stop first and
 * together, while all that their methods use is still there. Thread-safe.
 */
public final class MillraceListenerRegistry implements SmartLifecycle {

  /** After and before all others, except those that ask for the very end. */
  static final int PHASE = Integer.MAX_VALUE - 100;

  private final MillraceClient client;
  private final Map<String, RunningListener> listeners = new LinkedHashMap<>();
  private boolean running;

  MillraceListenerRegistry(MillraceClient client) {
    this.client = client;
  }

  /** The listeners, in the order in which their beans were made. A copy. */
  public synchronized Collection<RunningListener> listeners() {
    return List.copyOf(listeners.values());
  }

  /** The listener with an id. */
  public synchronized Optional<RunningListener> listener(String id) {
    return Optional.ofNullable(listeners.get(id));
  }

  /**
   * Adds a listener, and starts it if the others run.
   *
   * @throws ListenerConfigurationException if there is one with its id
   */
  void add(RunningListener listener) {
    boolean startNow;
    synchronized (this) {
      if (listeners.putIfAbsent(listener.id(), listener) != null) {
        throw new ListenerConfigurationException(
            listener.id(),
            "there are two listeners with this id",
            "set another id in one of the annotations; a bean with a listener must be a singleton");
      }
      startNow = running;
    }
    if (startNow) {
      startWithApplication(listener);
    }
  }

  /**
   * Starts the listeners that start with the application.
   *
   * @throws ListenerConfigurationException if the broker refuses one for good; none runs then
   */
  @Override
  public void start() {
    synchronized (this) {
      running = true;
    }
    try {
      listeners().forEach(this::startWithApplication);
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  @Override
  public void stop() {
    requestStop().join();
  }

  @Override
  public void stop(Runnable callback) {
    requestStop().whenComplete((nothing, failure) -> callback.run());
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private CompletableFuture<Void> requestStop() {
    Collection<RunningListener> all;
    synchronized (this) {
      running = false;
      all = listeners();
    }
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    all.forEach(each -> ends.add(each.requestStop()));
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /** Without a connection, the listener joins its group in the background. */
  private void startWithApplication(RunningListener listener) {
    if (!listener.spec().autoStartup()) {
      return;
    }
    if (client instanceof ConnectingClient connecting && !connecting.isBuilt()) {
      listener.start();
    } else {
      listener.joinAndStart();
    }
  }
}
