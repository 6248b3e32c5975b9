package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletionException;

/** Finds the exception that made a completion stage fail. */
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

  /** The failure of a log's opening: the reason why a log is not open, with a code. */
  static StorageException ofOpening(LogId id, Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof StorageException refused
        ? refused
        : new StorageException(
            ErrorCode.INTERNAL, "opening log " + id + " failed in the broker; see its log", cause);
  }

  /** The failure as an exception that a stage may throw, wrapped only once. */
  static CompletionException unchecked(Throwable failure) {
    return failure instanceof CompletionException wrapped
        ? wrapped
        : new CompletionException(failure);
  }
}
