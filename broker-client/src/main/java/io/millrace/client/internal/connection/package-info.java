/**
 * The link of a client to its broker, and the values and checks that producers and consumers share.
 *
 * <p>{@code ReconnectingLink} keeps one connection open. A {@code ConnectionAttempt} looks up the
 * addresses of the broker ({@code HostResolver}) and tries them in their {@code AddressOrder}:
 * {@code Connector} opens each connection, and {@code ForeignServer} recognizes other servers.
 * {@code Connectivity} knows since when and why there is no connection, as an {@code Outage}, and
 * tells the program through {@code ListenerCalls}. {@code Handshake} and {@code Heartbeat} check
 * it, {@code Backoff} delays the next attempt. {@code ClientConnection} sends requests through
 * {@code RequestWriter}. Responses and pushes arrive through {@code ClientFrameDecoder} and are
 * dispatched to a {@code ResponseHandler} or a {@code SubscriptionListener}.
 */
package io.millrace.client.internal.connection;
