package io.millrace.server.listener;

import io.millrace.server.settings.SettingsSection;
import java.util.Optional;

/**
 * A listener that the server can open. The server finds providers by {@code ServiceLoader}: a jar
 * names its provider in {@code META-INF/services/io.millrace.server.listener.ListenerProvider}. A
 * provider has a public constructor without parameters. Any thread.
 *
 * <p>The server loads the providers of all listeners, because it must know all settings. If the
 * listener is not enabled, {@link #configure} must load no other class of the listener.
 */
public interface ListenerProvider {

  /** The name of the listener in the log, in metrics and in the ready line. */
  String name();

  /**
   * The section of the configuration with the settings of the listener: {@code listeners.NAME}. No
   * other part of the server reads it. The native and the HTTP listener have the sections {@code
   * listen} and {@code http}, which are older than this rule.
   */
  String section();

  /**
   * Reads the settings of the listener. Must read every setting, even if the listener is not
   * enabled, because the server refuses a setting that no part of it has read.
   *
   * @return empty if the listener is not enabled
   */
  Optional<ListenerSettings> configure(SettingsSection settings);
}
