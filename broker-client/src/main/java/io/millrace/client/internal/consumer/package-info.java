/**
 * Consumers: from the subscription to {@code poll}.
 *
 * <p>On the event loop, {@code PartitionSubscription} subscribes a partition, grants credit and
 * receives batches, which it adds to the {@code DeliveryQueue}. On the consumer's thread, {@code
 * PushConsumer} takes them from there and {@code DeliveryReader} decodes them. {@code
 * PartitionCursor} holds the position in each partition.
 */
package io.millrace.client.internal.consumer;
