package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.TlsSetupException;
import io.millrace.protocol.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The failure of an attempt to connect.
 *
 * @param cause the failure as a caller gets it
 * @param reason what failed, in a few words
 */
record ConnectFailure(MillraceException cause, String reason) {

  /**
   * The failure of one address.
   *
   * @param address the address as text; empty if the server is named by this address
   * @param cause {@code SERVER_UNREACHABLE} with the bare reason, or the refusal of the broker
   */
  record OfAddress(String address, MillraceException cause) {

    private String text() {
      return address.isEmpty() ? cause.getMessage() : address + ": " + cause.getMessage();
    }

    private boolean isRefusal() {
      return cause.code() != ErrorCode.SERVER_UNREACHABLE;
    }
  }

  /** The failure to find an address. */
  static ConnectFailure ofLookup(BrokerAddress server, Throwable cause) {
    String found = ClientFailures.reason(cause);
    String reason =
        found.equals(server.host()) || found.startsWith(server.host() + ": ")
            ? "the name service does not know the host " + found
            : found;
    return new ConnectFailure(ClientFailures.unreachable(server, reason, cause), reason);
  }

  /** The failure to prepare the attempt. */
  static ConnectFailure beforeConnecting(BrokerAddress server, Throwable cause) {
    String reason = ClientFailures.reason(cause);
    return new ConnectFailure(ClientFailures.unreachable(server, reason, cause), reason);
  }

  /**
   * The failure of all addresses. If a broker has refused the client, the failure has its code.
   *
   * @param failures of each address that was tried; not empty
   * @param untried the number of addresses that were not tried
   */
  static ConnectFailure ofAddresses(BrokerAddress server, List<OfAddress> failures, int untried) {
    MillraceException first = failures.get(0).cause();
    String reason = failures.stream().map(OfAddress::text).collect(Collectors.joining("; "));
    if (untried > 0) {
      reason += "; " + untried + " more of its addresses were not tried";
    }
    for (OfAddress failure : failures) {
      if (failure.isRefusal()) {
        return new ConnectFailure(refusal(server, failure.cause(), failures, reason), reason);
      }
    }
    Throwable cause =
        failures.stream()
            .map(failure -> failure.cause().getCause())
            .filter(TlsSetupException.class::isInstance)
            .findFirst()
            .orElse(first.getCause() == null ? first : first.getCause());
    return new ConnectFailure(ClientFailures.unreachable(server, reason, cause), reason);
  }

  private static MillraceException refusal(
      BrokerAddress server, MillraceException refusal, List<OfAddress> failures, String reason) {
    return failures.size() == 1
        ? refusal
        : new MillraceException(
            refusal.code(), "no connection to the broker at " + server + ": " + reason, refusal);
  }
}
