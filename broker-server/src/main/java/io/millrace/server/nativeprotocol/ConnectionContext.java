package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.server.listener.ClientSettings;
import io.millrace.server.listener.ListenerObserver;

/**
 * The context of a connection, which is the same for all connections of the listener.
 *
 * @param greeting the answer to every HELLO
 * @param httpHint a sentence for clients that speak HTTP to the native port
 */
record ConnectionContext(
    ClientSettings settings,
    Routes routes,
    HelloResponse greeting,
    String httpHint,
    ListenerObserver observer,
    RequestTimers timers) {}
