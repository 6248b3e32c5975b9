package io.millrace.core;

import io.millrace.protocol.ProducerSecret;

/**
 * A producer without a name, as the broker gives it to a client.
 *
 * @param id never given before
 * @param epoch always 0: the id is new, and has no earlier epoch
 * @param secret proves the id and the epoch; every append has it
 */
public record IssuedProducer(long id, short epoch, ProducerSecret secret) {}
