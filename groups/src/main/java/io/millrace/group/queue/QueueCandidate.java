package io.millrace.group.queue;

/**
 * An event of the log, as a queue knows it.
 *
 * @param keyHash a hash of its key; 0: it has no key. Events with the same hash count as events of
 *     one key.
 * @param bytes its size before compression, with source and headers; at least 0
 */
public record QueueCandidate(long offset, long keyHash, int bytes) {}
