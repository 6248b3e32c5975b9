/**
 * The broker without a network: topics, partitions, subscriptions and group commit. It can be
 * embedded, and depends neither on Netty nor on the wire protocol. The entry point is {@link
 * io.millrace.core.Broker}.
 */
package io.millrace.core;
