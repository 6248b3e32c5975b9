package io.millrace.server.listener;

import io.millrace.server.settings.SettingsSection;
import java.util.Optional;

/**
 * A listener that the server can be configured to open. A module that has one names its provider in
 * {@code META-INF/services/io.millrace.server.listener.ListenerProvider}; the server finds it there
 * and needs no change. Needs a public constructor without parameters. Any thread.
 *
 * <p>A provider is loaded whether its listener is enabled or not, because the server has to know
 * every setting. {@link #configure} loads no other class of a listener that is not enabled.
 */
public interface ListenerProvider {

  /** The name of the listener in the log, in metrics and in the line that says that it is ready. */
  String name();

  /**
   * The section of the configuration that {@link #configure} reads: {@code listeners.} and the
   * name. No other part of the server may read it. The sections of the two listeners of the server
   * itself are older than this rule: {@code listen} and {@code http}.
   */
  String section();

  /**
   * Reads the settings of the listener. Reads every setting each time, because the server refuses a
   * setting that no part of it reads.
   *
   * @return empty if the listener is not enabled
   */
  Optional<ListenerSettings> configure(SettingsSection settings);
}
