package io.millrace.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a few lines why a listener has stopped the start of the application. */
final class ListenerFailureAnalyzer
    extends AbstractFailureAnalyzer<ListenerConfigurationException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, ListenerConfigurationException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.action() + ".", cause);
  }
}
