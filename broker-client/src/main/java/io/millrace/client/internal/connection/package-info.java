/**
 * The link of a client to its broker, and the values and checks that producers and consumers share.
 *
 * <p>{@code ReconnectingLink} keeps one connection open: {@code Connector} opens it, {@code
 * Handshake} and {@code Heartbeat} check it, {@code Backoff} delays the next attempt. {@code
 * ClientConnection} sends requests through {@code RequestWriter}. Responses and pushes arrive
 * through {@code ClientFrameDecoder} and are dispatched to a {@code ResponseHandler} or a {@code
 * SubscriptionListener}.
 */
package io.millrace.client.internal.connection;
