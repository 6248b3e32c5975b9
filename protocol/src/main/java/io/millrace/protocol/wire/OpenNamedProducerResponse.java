package io.millrace.protocol.wire;

import io.millrace.protocol.ProducerSecret;
import java.util.List;

/**
 * The identity of a named producer, and its last sequence in each partition.
 *
 * @param producerId at least {@link io.millrace.protocol.record.BatchHeader#FIRST_NAMED_PRODUCER}
 * @param producerEpoch one more than in the previous opening
 * @param producerSecret the proof of the id and the epoch; every {@link ProduceRequest} has it
 * @param lastSequences for each partition, the sequence of the last event that is on disk; -1: none
 */
public record OpenNamedProducerResponse(
    long producerId, short producerEpoch, ProducerSecret producerSecret, List<Long> lastSequences)
    implements Response {

  public OpenNamedProducerResponse {
    lastSequences = List.copyOf(lastSequences);
  }

  static OpenNamedProducerResponse decode(WireReader in) {
    return new OpenNamedProducerResponse(
        in.i64("producerId"),
        in.i16("producerEpoch"),
        in.secret("producerSecret"),
        in.longList("lastSequences", Long.BYTES, item -> item.i64("lastSequence")));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(producerId);
    out.i16(producerEpoch);
    out.secret(producerSecret);
    out.longList(lastSequences, (last, to) -> to.i64(last));
  }
}
