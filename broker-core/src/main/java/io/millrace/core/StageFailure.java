package io.millrace.core;

import java.util.concurrent.CompletionException;

/** The failure of a completion stage, as the code that failed has thrown it. */
final class StageFailure {

  private StageFailure() {}

  /** The failure without the exception that a stage which depends on another wraps it in. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** The same failure, for a stage to throw on: without a further wrapper around it. */
  static CompletionException unchecked(Throwable failure) {
    return failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }
}
