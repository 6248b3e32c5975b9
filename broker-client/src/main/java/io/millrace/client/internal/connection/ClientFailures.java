package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ErrorResponse;
import java.util.regex.Pattern;

/** Creates the failures that all parts of the client share. */
public final class ClientFailures {

  /** The prefix that Netty's epoll transport adds to the message of the operating system. */
  private static final Pattern NATIVE_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private ClientFailures() {}

  /** A request that the broker has refused. */
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

  /**
   * A call on a closed object.
   *
   * @param object the kind of the object, and its topic if it has one
   */
  public static MillraceException closed(String object) {
    return new MillraceException(ErrorCode.CLOSED, "the " + object + " is closed; open a new one");
  }

  /**
   * A call whose thread was interrupted. Sets the interrupt flag of the thread again.
   *
   * @param awaited the result that the thread waited for
   */
  public static MillraceException interrupted(String awaited, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new MillraceException(
        ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for " + awaited, cause);
  }

  /** The same failure with the stack of the calling thread; the original is its cause. */
  public static MillraceException again(MillraceException failure) {
    return new MillraceException(failure.code(), failure.getMessage(), failure);
  }

  /** The message of a failure, or the name of its class if it has no message. */
  static String reason(Throwable cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : NATIVE_CALL.matcher(cause.getMessage()).replaceFirst("");
  }
}
