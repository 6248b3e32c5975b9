package io.millrace.client.internal.security;

import java.io.IOException;

/**
 * A connection that TLS does not allow, or files of TLS that cannot be used. The message says what
 * is wrong and what to do next.
 */
public final class TlsSetupException extends IOException {

  private static final long serialVersionUID = 1L;

  TlsSetupException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Files that were not read in the time allowed. */
  public static TlsSetupException slowFiles() {
    return new TlsSetupException(
        "the files of TLS were not read in the time allowed; check the file system", null);
  }
}
