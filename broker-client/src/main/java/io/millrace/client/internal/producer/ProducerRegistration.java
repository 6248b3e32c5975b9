package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import java.util.Collections;
import java.util.List;

/**
 * The state of a producer that the broker returns when it is opened.
 *
 * @param identity the identity under which it sends
 * @param lastSequences for each partition, the last sequence that is stored under its name, or
 *     {@link Event#NO_SEQUENCE}
 */
record ProducerRegistration(ProducerIdentity identity, List<Long> lastSequences) {

  /** The registration of a producer without a name. */
  static ProducerRegistration unnamed(ProducerIdentity identity, int partitions) {
    return new ProducerRegistration(identity, Collections.nCopies(partitions, Event.NO_SEQUENCE));
  }

  /** Whether an event with this sequence was stored before the producer was opened. */
  boolean isStored(int partition, long sequence) {
    return sequence <= lastSequences.get(partition);
  }
}
