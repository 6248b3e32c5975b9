package io.millrace.server;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.config.ServerConfig;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;

/**
 * The broker could not start, and has closed again what it had opened. The message is ready for the
 * user: what failed, where, and the next step.
 */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }

  static StartException refused(ErrorCode code, RuntimeException cause) {
    return new StartException(cause.getMessage() + " [" + code + "]", cause);
  }

  static StartException listen(ServerConfig.Listen listen, IOException cause) {
    return cannotBind("listen", "--port", listen.host(), listen.port(), cause);
  }

  static StartException http(ServerConfig.Http http, IOException cause) {
    return cannotBind("http", "--http-port", http.host(), http.port(), cause);
  }

  private static StartException cannotBind(
      String section, String flag, String host, int port, IOException cause) {
    String message;
    if (cause.getCause() instanceof UnresolvedAddressException) {
      message = "the host '" + host + "' is not known; choose another with " + section + ".host";
    } else if (isInUse(cause)) {
      message =
          "port "
              + port
              + " of "
              + host
              + " is in use; stop who uses it, or choose another with "
              + flag
              + " ("
              + section
              + ".port)";
    } else {
      message =
          "cannot listen on port "
              + port
              + " of "
              + host
              + ": "
              + cause.getMessage()
              + "; choose others with "
              + section
              + ".host and "
              + section
              + ".port";
    }
    return new StartException(message, cause);
  }

  private static boolean isInUse(IOException cause) {
    return cause instanceof BindException || String.valueOf(cause.getMessage()).contains("in use");
  }
}
