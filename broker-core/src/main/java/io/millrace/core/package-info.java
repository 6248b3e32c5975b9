/**
 * The broker without a network: topics, partitions, subscriptions, group commit. Embeddable; knows
 * neither Netty nor the wire. One public way in: {@link io.millrace.core.Broker}.
 */
package io.millrace.core;
