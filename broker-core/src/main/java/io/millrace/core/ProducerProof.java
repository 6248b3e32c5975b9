package io.millrace.core;

import io.millrace.protocol.ProducerSecret;

/**
 * Checks that the broker has given a producer id and an epoch to the client that uses them. A batch
 * alone proves nothing: ids are easy to guess.
 */
@FunctionalInterface
interface ProducerProof {

  /**
   * Checks the secret of a producer. Any thread; does not block.
   *
   * @param secret as the client has sent it
   * @throws BrokerException {@code UNKNOWN_PRODUCER} if the broker has not given the id, the epoch
   *     and the secret together
   */
  void require(long id, short epoch, ProducerSecret secret);
}
