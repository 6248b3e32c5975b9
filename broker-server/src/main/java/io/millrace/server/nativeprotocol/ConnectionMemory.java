package io.millrace.server.nativeprotocol;

import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryBudget.Use;
import io.millrace.core.MemoryShare;
import io.millrace.server.listener.MemoryShortage;

/**
 * The memory that all connections share.
 *
 * @param requests the requests that are not answered yet
 * @param answers the long answers that clients have not taken yet
 * @param shortage logs the connections that are closed for lack of memory
 */
record ConnectionMemory(BrokerInFlight requests, MemoryShare answers, MemoryShortage shortage) {

  static ConnectionMemory of(MemoryBudget budget) {
    return new ConnectionMemory(
        new BrokerInFlight(budget.share(Use.REQUESTS)),
        budget.share(Use.ANSWERS),
        new MemoryShortage());
  }
}
