package io.millrace.core;

/**
 * The limits of subscriptions.
 *
 * @param perPartition number of subscriptions of one partition
 * @param memory the memory of the subscriptions of all partitions
 */
record SubscriptionLimits(int perPartition, MemoryShare memory) {}
