package io.millrace.spring;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a few lines why the connection to the broker has stopped the start. */
final class BrokerFailureAnalyzer extends AbstractFailureAnalyzer<MillraceException> {

  private static final String CHECK_BROKER =
      "Check millrace.server, and that the broker runs. Without millrace.require-broker-at-start,"
          + " the application starts without a broker that is away.";

  @Override
  protected FailureAnalysis analyze(Throwable root, MillraceException cause) {
    String action =
        switch (cause.code()) {
          case AUTHENTICATION_REQUIRED, AUTHENTICATION_FAILED, CREDENTIAL_EXPIRED ->
              "Check millrace.credentials.*: the broker does not know who the application is.";
          case TLS_REQUIRED -> "Set millrace.tls.ca, or millrace.tls.enabled=true.";
          default -> isOfConnection(cause.code()) ? CHECK_BROKER : null;
        };
    return action == null
        ? null // a failure of the application's own code
        : new FailureAnalysis(
            "The broker cannot be used: " + cause.code() + ": " + cause.getMessage(),
            action,
            cause);
  }

  private static boolean isOfConnection(ErrorCode code) {
    return code == ErrorCode.SERVER_UNREACHABLE || code.code() >= 100 && code.code() <= 199;
  }
}
