package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import java.util.Collections;
import java.util.List;

/**
 * With what a producer begins.
 *
 * @param identity by which the broker recognizes it
 * @param lastSequences what is stored already under its name, by partition
 */
record ProducerRegistration(ProducerIdentity identity, List<Long> lastSequences) {

  /** Of a producer without a name. */
  static ProducerRegistration unnamed(ProducerIdentity identity, int partitions) {
    return new ProducerRegistration(identity, Collections.nCopies(partitions, Event.NO_SEQUENCE));
  }

  /** Whether what has this sequence is stored. */
  boolean isStored(int partition, long sequence) {
    return sequence <= lastSequences.get(partition);
  }
}
