package io.millrace.embedded;

/** The steps that free what a broker has. */
final class CloseSteps {

  private CloseSteps() {}

  /** Runs each step, even if an earlier one has failed; throws the first failure. */
  static void runAll(Runnable... steps) {
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
