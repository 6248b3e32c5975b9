package io.millrace.core;

import java.util.concurrent.CompletionException;

/** The failure of a completion stage, as the code that failed has thrown it. */
final class StageFailure {

  private StageFailure() {}

  /** The failure itself, without the exception in which a dependent stage wraps it. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** The failure itself, for a caller that is no stage. An error is thrown at once. */
  static RuntimeException thrown(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException exception ? exception : unchecked(failure);
  }

  /** The failure as an exception that a stage may throw, wrapped only once. */
  static CompletionException unchecked(Throwable failure) {
    return failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }
}
