package io.millrace.server;

import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.SecuritySettings.Insecure;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners that other machines can reach and that lack TLS or authentication, because the user
 * allows it. The log warns of them at the start and every hour. Any thread.
 */
record InsecureListeners(List<InsecureListener> all) {

  private static final Logger LOG = LoggerFactory.getLogger(InsecureListeners.class);

  InsecureListeners {
    all = List.copyOf(all);
  }

  /**
   * Warns now and every hour, as long as the executor runs.
   *
   * @param executor runs the warnings after the first one
   */
  void warn(ScheduledExecutorService executor) {
    if (!all.isEmpty()) {
      warnNow();
      executor.scheduleAtFixedRate(this::warnNow, 1, 1, TimeUnit.HOURS);
    }
  }

  private void warnNow() {
    for (InsecureListener each : all) {
      LOG.warn(
          "event=insecure_listener listener={} host={} reachable={} tls={} authentication={} anyone"
              + " who can reach this address can {} (security.allowInsecure)",
          each.listener(),
          each.address().host(),
          each.reachable(),
          each.lacks().contains(Insecure.PLAINTEXT) ? "off" : "on",
          each.lacks().contains(Insecure.ANONYMOUS) ? "off" : "on",
          each.lacks().contains(Insecure.ANONYMOUS) ? "use the broker" : "read what it sends");
    }
  }
}
