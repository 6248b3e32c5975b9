package io.millrace.server;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.listener.ListenException;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.tls.TlsException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;

/**
 * The broker could not start, and has closed everything that it had opened. The message is for the
 * user: it states the failure, its place and the next step.
 */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The options of the command {@code millrace server}, by the setting that they change. */
  private static final Map<String, String> PORT_OPTIONS =
      Map.of("listen.port", "--port", "http.port", "--http-port");

  StartException(String message, Throwable cause) {
    super(message, cause);
  }

  static StartException refused(ErrorCode code, RuntimeException cause) {
    return new StartException(cause.getMessage() + " [" + code + "]", cause);
  }

  static StartException tls(TlsException failure) {
    return new StartException(failure.getMessage(), failure);
  }

  static StartException listen(ListenException failure) {
    return listen(failure.address(), failure.getCause());
  }

  /** An address that cannot be bound. */
  static StartException listen(ListenAddress address, Throwable cause) {
    String hostKey = address.section() + ".host";
    String portKey = address.portKey();
    String message;
    if (cause instanceof UnresolvedAddressException) {
      message = "the host '" + address.host() + "' is not known; choose another with " + hostKey;
    } else if (isInUse(cause)) {
      message =
          portOf(address)
              + " is in use; stop the process that uses it, or choose another port with "
              + PORT_OPTIONS.getOrDefault(portKey, "--set " + portKey + "=PORT")
              + " ("
              + portKey
              + ")";
    } else {
      message =
          "cannot listen on "
              + portOf(address)
              + ": "
              + cause.getMessage()
              + "; choose others with "
              + hostKey
              + " and "
              + portKey;
    }
    return new StartException(message, cause);
  }

  private static String portOf(ListenAddress address) {
    return "port " + address.port() + " of " + address.host();
  }

  private static boolean isInUse(Throwable cause) {
    return cause instanceof BindException || String.valueOf(cause.getMessage()).contains("in use");
  }
}
