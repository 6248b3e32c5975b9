package io.millrace.server.listener;

/** The settings of a listener that is enabled. Immutable, equal by value. Any thread. */
public interface ListenerSettings {

  /**
   * Whether the listener opens before the broker has recovered, and closes after it. Others open
   * when every partition is open, and close before the broker does.
   */
  boolean servesDuringRecovery();

  /**
   * Binds the listener and serves. Blocks until it is bound.
   *
   * @return owned by the caller, who closes it
   * @throws ListenException if an address cannot be bound; then nothing is left open
   */
  Listener open(ListenerContext context) throws ListenException;
}
