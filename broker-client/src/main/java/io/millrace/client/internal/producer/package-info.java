/**
 * Producers: from {@code send} to the receipt.
 *
 * <p>On the thread that sends, {@code BatchingProducer} adds an event to the {@code
 * PartitionAccumulator} of its partition, in a {@code ProducerBatch} from the {@code BatchPool}. On
 * the event loop, {@code PartitionSender} takes the batch and sends it. {@code InFlightBatches}
 * keeps it until it is stored, {@code RefusalRecovery} decides about resending, and {@code
 * BatchCompletion} completes it. The lock of the accumulator is the only lock that each event
 * takes.
 */
package io.millrace.client.internal.producer;
