package io.millrace.spring;

/** A {@link MillraceListener} has a setting that is not allowed. The application does not start. */
public final class ListenerConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String listener;
  private final String action;

  ListenerConfigurationException(String listener, String problem, String action, Throwable cause) {
    super("listener " + listener + ": " + problem + "; " + action, cause);
    this.listener = listener;
    this.action = action;
  }

  ListenerConfigurationException(String listener, String problem, String action) {
    this(listener, problem, action, null);
  }

  /** The id of the listener, or the name of its method. */
  public String listener() {
    return listener;
  }

  /** What to do. */
  public String action() {
    return action;
  }
}
