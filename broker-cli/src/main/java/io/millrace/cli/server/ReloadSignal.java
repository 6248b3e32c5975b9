package io.millrace.cli.server;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task at each SIGHUP. Without it, SIGHUP ends the process in order, as SIGTERM does. The
 * class for signals is not in the Java API, so it is used by its name, and a JVM without it has no
 * such signal.
 */
final class ReloadSignal {

  private static final Logger LOG = LoggerFactory.getLogger(ReloadSignal.class);

  private ReloadSignal() {}

  /**
   * Installs the task.
   *
   * @param task runs on a thread of its own, which the JVM starts for each signal
   */
  static void install(Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onHangup =
          Proxy.newProxyInstance(
              ReloadSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  task.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), onHangup);
    } catch (ReflectiveOperationException e) {
      LOG.warn("event=no_reload_signal SIGHUP cannot be handled: {}", e.toString());
    }
  }
}
