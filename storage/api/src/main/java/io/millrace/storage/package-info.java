/**
 * The storage interface: the logs of partitions, and small states. Begin with {@link
 * io.millrace.storage.LogStorage}. A log is a sequence of record batches with offsets; it knows
 * nothing of networks, topics and producers.
 *
 * <p>A storage engine implements these interfaces. The tests of every engine run the same contract
 * suite.
 */
package io.millrace.storage;
