package io.millrace.core;

/**
 * Where a subscription is.
 *
 * @param nextOffset offset of the first event that was not read
 * @param credit bytes that may be delivered now
 * @param writable whether the sink takes more now
 * @param overQuota whether a quota delays the deliveries
 * @param reading whether it waits for the disk
 * @param passedOverBytes bytes since the last delivery in which nothing matches
 * @param filter what its filter has done
 */
public record SubscriptionStatus(
    long nextOffset,
    long credit,
    boolean writable,
    boolean overQuota,
    boolean reading,
    long passedOverBytes,
    FilterCounts filter) {}
