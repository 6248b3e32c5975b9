package io.millrace.client.internal;

import io.millrace.client.DamageList;
import io.millrace.client.DamagedEvents;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.protocol.wire.DamagedRangeInfo;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;

/** Checks the damaged ranges that a broker answers, and converts them to values of the API. */
final class DamageAnswer {

  private DamageAnswer() {}

  /**
   * The damage that was asked for.
   *
   * @throws io.millrace.client.MillraceException if the request cannot have such an answer. A
   *     reader that continues after a range must always move forward
   */
  static DamageList of(ListDamageRequest request, ListDamageResponse response) {
    boolean matches =
        response.total() >= response.ranges().size()
            && response.ranges().stream().allMatch(range -> matches(request, range));
    if (!matches) {
      throw ClientFailures.brokenProtocol("LIST_DAMAGE has ranges that were not asked for");
    }
    return new DamageList(
        response.total(), response.ranges().stream().map(DamageAnswer::describe).toList());
  }

  private static boolean matches(ListDamageRequest request, DamagedRangeInfo range) {
    return (request.topic().isEmpty() || request.topic().equals(range.topic()))
        && (request.partition() == ListDamageRequest.ALL_PARTITIONS
            || request.partition() == range.partition())
        && range.endOffset() > request.fromOffset()
        && range.firstOffset() < range.endOffset();
  }

  private static DamagedEvents describe(DamagedRangeInfo range) {
    return new DamagedEvents(
        range.topic(), range.partition(), range.firstOffset(), range.endOffset(), range.reason());
  }
}
