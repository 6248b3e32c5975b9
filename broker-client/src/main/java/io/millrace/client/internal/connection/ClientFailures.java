package io.millrace.client.internal.connection;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.client.internal.security.TlsSetupException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ErrorResponse;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Creates the failures that all parts of the client share. */
public final class ClientFailures {

  /** The prefix that Netty's epoll transport adds to the message of the operating system. */
  private static final Pattern NATIVE_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  /** What a user does about an event loop that does not run. */
  public static final String BLOCKED_LOOP =
      "a callback of the program blocks the thread millrace-client-CLIENTID-P-N, as a thread dump"
          + " shows; callbacks must be quick";

  /** An HTTP server waits for the end of a line, and so does not answer Hello. */
  private static final int DEFAULT_HTTP_PORT = 9711;

  private ClientFailures() {}

  /** A request that the broker has refused. */
  public static MillraceException refused(ErrorResponse response) {
    return new MillraceException(response.code(), response.message());
  }

  /** Whether the broker does not know who the client is. */
  static boolean isOfAuthentication(ErrorCode code) {
    return switch (code) {
      case AUTHENTICATION_REQUIRED, AUTHENTICATION_FAILED, CREDENTIAL_EXPIRED -> true;
      default -> false;
    };
  }

  /**
   * What to do about a failure to connect; empty if the failure says it.
   *
   * @param cause may be null
   */
  static String nextStep(Throwable cause) {
    return cause instanceof TlsSetupException
        ? ""
        : "; check that the broker runs and that the address is right";
  }

  static MillraceException unreachable(BrokerAddress server, String reason, Throwable cause) {
    return new MillraceException(
        ErrorCode.SERVER_UNREACHABLE,
        "no connection to the broker at " + server + ": " + reason + nextStep(cause),
        cause);
  }

  static MillraceException connectionLost(BrokerAddress server, String reason, Throwable cause) {
    return new MillraceException(
        ErrorCode.CONNECTION_LOST,
        "the connection to the broker at " + server + " broke: " + reason,
        cause);
  }

  /** Which port a user may have meant, for a port that accepts connections and does not answer. */
  static String portHint(BrokerAddress server) {
    String ownPort = "a broker's own port is " + MillraceClient.DEFAULT_PORT + " by default";
    return server.port() == DEFAULT_HTTP_PORT
        ? ownPort + ", and " + DEFAULT_HTTP_PORT + " is that of health and metrics over HTTP"
        : ownPort;
  }

  /**
   * An answer of the broker that no broker gives.
   *
   * @param violation what is wrong with it
   */
  public static MillraceException brokenProtocol(String violation) {
    return new MillraceException(
        ErrorCode.MALFORMED_FRAME,
        "the broker broke the protocol: "
            + violation
            + "; check that the versions of broker and client fit");
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
   * A call on a closed object that could not do all its work.
   *
   * @param why the failure that the object had last; empty if there is none
   */
  public static MillraceException closed(String object, Optional<String> why) {
    MillraceException closed = closed(object);
    return why.map(
            text -> new MillraceException(ErrorCode.CLOSED, closed.getMessage() + "; " + text))
        .orElse(closed);
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
    return failure instanceof PartitionReadException ended
        ? new PartitionReadException(ended.code(), ended.getMessage(), ended.partition(), ended)
        : new MillraceException(failure.code(), failure.getMessage(), failure);
  }

  /** The reason why no connection to an address was made, without the address that Netty adds. */
  static String reasonOfConnect(Throwable cause, InetSocketAddress address) {
    String reason = reason(cause);
    String added = ": " + address;
    return reason.endsWith(added) ? reason.substring(0, reason.length() - added.length()) : reason;
  }

  /** The message of a failure, or the name of its class if it has no message. */
  static String reason(Throwable cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : NATIVE_CALL.matcher(cause.getMessage()).replaceFirst("");
  }
}
