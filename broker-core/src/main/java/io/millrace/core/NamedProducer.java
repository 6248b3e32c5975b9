package io.millrace.core;

import io.millrace.protocol.ProducerSecret;
import java.util.List;

/**
 * An opening of a named producer.
 *
 * @param id the same for every opening of the name
 * @param epoch 0 for the first opening, then one more each time
 * @param secret proves the id and the epoch; every append has it
 * @param lastSequences by partition, the sequence of the producer's last event that is stored and
 *     on disk; -1 if there is none
 */
public record NamedProducer(
    long id, short epoch, ProducerSecret secret, List<Long> lastSequences) {}
