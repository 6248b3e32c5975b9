package io.millrace.core;

import java.util.List;

/**
 * An opening of a named producer.
 *
 * @param id the same for every opening of the name
 * @param epoch 0 for the first opening, then one more each time
 * @param lastSequences by partition, the sequence of the producer's last event that is stored and
 *     on disk; -1 if there is none
 */
public record NamedProducer(long id, short epoch, List<Long> lastSequences) {}
