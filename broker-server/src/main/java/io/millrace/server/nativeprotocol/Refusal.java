package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.security.AccessException;
import io.millrace.security.InvalidTextException;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a request, or a part of it, is refused.
 *
 * @param message what failed, where, and what to do next
 */
record Refusal(ErrorCode code, String message) {

  private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);

  /**
   * The refusal with the code of an exception of the core or of the storage. Any other exception is
   * an error of the broker: it is logged, and the client gets {@code INTERNAL}.
   */
  static Refusal of(Throwable cause, PendingRequest pending) {
    if (cause instanceof CompletionException && cause.getCause() != null) {
      return of(cause.getCause(), pending);
    } else if (cause instanceof BrokerException e) {
      return new Refusal(e.code(), e.getMessage());
    } else if (cause instanceof StorageException e) {
      return new Refusal(e.code(), e.getMessage());
    } else if (cause instanceof InvalidBatchException e) {
      return new Refusal(e.code(), e.getMessage());
    } else if (cause instanceof AccessException e) {
      return new Refusal(e.code(), e.getMessage());
    } else if (cause instanceof InvalidTextException e) {
      return new Refusal(e.code(), e.getMessage());
    }
    LOG.error(
        "event=request_failed api={} client={}",
        pending.api(),
        pending.session().clientInLog(),
        cause);
    return new Refusal(ErrorCode.INTERNAL, pending.api() + " failed in the broker; see its log");
  }
}
