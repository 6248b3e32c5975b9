package io.millrace.server.tls;

/**
 * The certificate, its key or another file of TLS cannot be used. The message is for the user: it
 * names the file, what is wrong with it, and the next step.
 */
public final class TlsException extends Exception {

  private static final long serialVersionUID = 1L;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
