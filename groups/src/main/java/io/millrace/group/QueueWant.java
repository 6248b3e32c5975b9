package io.millrace.group;

/**
 * What a queue wants to read of a partition.
 *
 * @param from offset from which it is fed next
 * @param events most events that it takes now; 0: it is full
 */
public record QueueWant(long from, int events) {}
