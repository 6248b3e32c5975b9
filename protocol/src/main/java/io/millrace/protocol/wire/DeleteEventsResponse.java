package io.millrace.protocol.wire;

import java.util.List;

/**
 * What a deletion of events has done in each partition.
 *
 * @param results one for each bound of the request, in its order
 */
public record DeleteEventsResponse(List<DeletionResult> results) implements Response {

  public DeleteEventsResponse {
    results = List.copyOf(results);
  }

  static DeleteEventsResponse decode(WireReader in) {
    return new DeleteEventsResponse(
        in.shortList("results", DeletionResult.MIN_BYTES, DeletionResult::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.shortList(results, DeletionResult::encode);
  }
}
