package io.millrace.core;

import io.millrace.protocol.record.BatchLimits;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What queues use of the broker.
 *
 * @param createTopic makes a topic with this name and one partition
 */
record QueueResources(
    ReaderPool readers,
    QueueScratches scratches,
    QueueRoom room,
    QueueMemory memory,
    BatchLimits limits,
    Function<String, CompletableFuture<Topic>> createTopic) {}
