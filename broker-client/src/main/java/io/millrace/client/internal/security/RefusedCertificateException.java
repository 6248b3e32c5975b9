package io.millrace.client.internal.security;

import java.security.cert.CertificateException;

/** A certificate of a broker that the client does not accept. The message says why. */
final class RefusedCertificateException extends CertificateException {

  private static final long serialVersionUID = 1L;

  RefusedCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
