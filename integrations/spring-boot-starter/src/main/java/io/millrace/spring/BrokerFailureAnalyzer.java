package io.millrace.spring;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a few lines why the connection to the broker has stopped the start. */
final class BrokerFailureAnalyzer extends AbstractFailureAnalyzer<MillraceException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, MillraceException cause) {
    int code = cause.code().code();
    if (cause.code() != ErrorCode.SERVER_UNREACHABLE && (code < 100 || code > 199)) {
      return null; // a failure of the application's own code
    }
    return new FailureAnalysis(
        "The broker cannot be used: " + cause.code() + ": " + cause.getMessage(),
        "Check millrace.server, and that the broker runs. Without"
            + " millrace.require-broker-at-start, the application starts without a broker that is"
            + " away.",
        cause);
  }
}
