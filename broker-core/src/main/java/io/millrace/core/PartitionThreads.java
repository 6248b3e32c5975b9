package io.millrace.core;

import java.util.concurrent.Executor;

/**
 * The threads that work on the partitions of a broker.
 *
 * @param filters runs the filters of subscriptions on the readers
 * @param background runs retention, and closes the logs of deleted topics
 */
record PartitionThreads(
    PartitionOwners owners,
    Flusher flusher,
    ReaderPool readers,
    FilterTurns filters,
    Executor background) {}
