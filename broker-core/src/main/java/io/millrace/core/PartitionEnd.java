package io.millrace.core;

import io.millrace.storage.LogOffsets;
import java.util.concurrent.CompletableFuture;

/**
 * The end of a partition: it refuses further work, waits until its log is neither being closed nor
 * opened, answers the appends that wait, and closes the log. Any thread; one call.
 */
record PartitionEnd(LastingParts lasting, ServedLog served, Reopening reopening) {

  /** As {@link Partition#close}. */
  CompletableFuture<Void> close(BrokerException cause) {
    return lasting
        .onOwner(() -> endInOrder(cause))
        .thenCompose(ignored -> reopening.over())
        .thenCompose(ignored -> settle(served.now()))
        .thenCompose(ignored -> stopAndAnswer(cause))
        .thenCompose(ignored -> served.now().durability().closeLog());
  }

  /** As {@link Partition#abandon}. */
  CompletableFuture<Void> abandon(BrokerException cause) {
    return lasting
        .onOwner(() -> endAtOnce(cause))
        .thenCompose(ignored -> reopening.over())
        .thenCompose(ignored -> stopAndAnswer(cause))
        .thenCompose(ignored -> served.now().retention().closeLog());
  }

  private void endInOrder(BrokerException cause) {
    end(cause);
    served.owned().appends().finish();
  }

  private void endAtOnce(BrokerException cause) {
    end(cause);
    served.owned().appends().refuseWaiting(cause);
  }

  private void end(BrokerException cause) {
    served.end(cause);
    reopening.stopWaiting();
  }

  private static CompletableFuture<Void> settle(OpeningParts log) {
    LogOffsets offsets = log.log().offsets();
    return log.durability().settle(offsets.end());
  }

  private CompletableFuture<Void> stopAndAnswer(BrokerException cause) {
    return served
        .now()
        .stopBackgroundWork()
        .thenCompose(ignored -> lasting.onOwner(() -> settleAndRelease(cause)));
  }

  private void settleAndRelease(BrokerException cause) {
    served.owned().appends().settle(cause);
    served.owned().appends().release();
  }
}
