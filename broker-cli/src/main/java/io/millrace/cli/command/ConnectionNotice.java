package io.millrace.cli.command;

import io.millrace.client.ConnectionEvent;
import io.millrace.client.ConnectionListener;
import java.time.Duration;

/**
 * Tells the user of a command on standard error that the command waits for a connection to the
 * broker: after 3 s, and then ever less often. For one thread, that of the listener.
 */
final class ConnectionNotice implements ConnectionListener {

  private static final Duration FIRST = Duration.ofSeconds(3);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Notices notices;
  private final boolean overProgress;
  private Duration next = FIRST;
  private boolean wasConnected;

  /**
   * @param overProgress whether a line of progress may be there, which a notice replaces
   */
  ConnectionNotice(Notices notices, boolean overProgress) {
    this.notices = notices;
    this.overProgress = overProgress;
  }

  @Override
  public void changed(ConnectionEvent event) {
    if (event instanceof ConnectionEvent.Connecting connecting) {
      connecting(connecting);
    } else if (event instanceof ConnectionEvent.Connected connected) {
      connected(connected);
    }
    // A broken connection is only worth a line if it lasts; the failure of a command has its own.
  }

  private void connecting(ConnectionEvent.Connecting event) {
    if (event.since().compareTo(next) < 0) {
      return;
    }
    Duration pause = event.since().compareTo(LONGEST_PAUSE) < 0 ? event.since() : LONGEST_PAUSE;
    next = event.since().plus(pause);
    say(
        (wasConnected ? "reconnecting to " : "connecting to ")
            + event.server()
            + ", since "
            + event.since().toSeconds()
            + " s: "
            + event.reason());
  }

  private void connected(ConnectionEvent.Connected event) {
    if (!next.equals(FIRST)) {
      say(
          (wasConnected ? "connected again to " : "connected to ")
              + event.server()
              + " after "
              + event.after().toSeconds()
              + " s");
    }
    next = FIRST;
    wasConnected = true;
  }

  private void say(String message) {
    notices.say(message, overProgress);
  }
}
