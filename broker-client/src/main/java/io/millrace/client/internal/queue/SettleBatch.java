package io.millrace.client.internal.queue;

import io.millrace.protocol.wire.Settlement;
import java.util.List;

/**
 * The settlements of one request. It is repeated as it is until it is answered.
 *
 * @param number higher than that of every earlier request of the session
 */
record SettleBatch(long number, List<Settling> settlings) {

  static final SettleBatch EMPTY = new SettleBatch(-1, List.of());

  boolean isEmpty() {
    return settlings.isEmpty();
  }

  List<Settlement> toWire() {
    return settlings.stream().map(Settling::toWire).toList();
  }
}
