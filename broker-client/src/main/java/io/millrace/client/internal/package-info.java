/**
 * What does the work behind {@code io.millrace.client}; no part of the API.
 *
 * <p>Everything lives on one event loop thread per client, except what callers' threads own. The
 * way out: {@code BatchingProducer} > {@code PartitionAccumulator} (the only lock) > event loop >
 * {@code PartitionSender} (order, resending) > {@code ClientConnection} > socket. The way in:
 * socket > {@code ClientFrameDecoder} > {@code ClientConnection} > {@code PartitionSubscription}
 * (credit, resubscribing) > {@code DeliveryQueue} > caller's thread > {@code PartitionCursor}
 * (decoding). {@code ReconnectingLink} keeps a connection alive and tells both sides when it breaks
 * and comes back.
 */
package io.millrace.client.internal;
