package io.millrace.torture;

import java.io.IOException;

/**
 * The broker of a torture run did not start the first time, so that nothing was tested. The message
 * has the last lines that the broker printed.
 */
public final class BrokerStartException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean settingRefused;

  BrokerStartException(String message, boolean settingRefused) {
    super(message);
    this.settingRefused = settingRefused;
  }

  /** Whether the broker refused one of the settings of the plan. */
  public boolean isSettingRefused() {
    return settingRefused;
  }
}
