package io.millrace.core;

/**
 * The limits of subscriptions.
 *
 * @param perPartition number of subscriptions of one partition
 * @param memory the memory of the subscriptions of all partitions
 * @param filters limits the CPU time and the memory of the filters of all partitions
 */
record SubscriptionLimits(int perPartition, MemoryShare memory, FilterTurns filters) {}
