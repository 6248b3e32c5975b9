package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ErrorResponse;
import java.util.regex.Pattern;

/** The client's failures, in words. */
public final class ClientFailures {

  /** What Netty's epoll says before the system's own words. */
  private static final Pattern NATIVE_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private ClientFailures() {}

  public static MillraceException refused(ErrorResponse response) {
    return new MillraceException(response.code(), response.message());
  }

  static MillraceException unreachable(BrokerAddress server, String reason, Throwable cause) {
    return new MillraceException(
        ErrorCode.SERVER_UNREACHABLE,
        "no connection to the broker at "
            + server
            + ": "
            + reason
            + "; check that the broker runs and that the address is right",
        cause);
  }

  static MillraceException connectionLost(BrokerAddress server, String reason, Throwable cause) {
    return new MillraceException(
        ErrorCode.CONNECTION_LOST,
        "the connection to the broker at " + server + " broke: " + reason,
        cause);
  }

  public static MillraceException closed(String what) {
    return new MillraceException(ErrorCode.CLOSED, "the " + what + " is closed; open a new one");
  }

  public static MillraceException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new MillraceException(
        ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for " + what, cause);
  }

  /** The same failure, with the stack of the thread that it is now thrown on. */
  public static MillraceException again(MillraceException failure) {
    return new MillraceException(failure.code(), failure.getMessage(), failure);
  }

  /** What a failure says, or what it is when it says nothing. */
  static String reason(Throwable cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : NATIVE_CALL.matcher(cause.getMessage()).replaceFirst("");
  }
}
