package io.millrace.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The outcome of the tests of some classes. */
record Ran(List<String> succeeded, Map<String, Throwable> failed) {

  static Ran classes(Map<String, String> configuration, Class<?>... classes) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (Class<?> each : classes) {
      request.selectors(DiscoverySelectors.selectClass(each));
    }
    request.configurationParameters(configuration);
    return run(request.build());
  }

  private static Ran run(LauncherDiscoveryRequest request) {
    Ran ran = new Ran(new ArrayList<>(), new LinkedHashMap<>());
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                ran.finished(test, result);
              }
            });
    return ran;
  }

  private synchronized void finished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
      failed.put(test.getDisplayName(), result.getThrowable().orElseThrow());
    } else if (test.isTest()) {
      succeeded.add(test.getDisplayName());
    }
  }
}
