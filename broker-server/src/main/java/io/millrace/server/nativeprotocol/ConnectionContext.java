package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.listener.ClientSettings;
import io.millrace.server.listener.ListenerObserver;

/**
 * The context of a connection, which is the same for all connections of the listener.
 *
 * @param versions of the wire that the listener supports; the greeting lists them
 * @param greeting the answer to every HELLO
 * @param httpHint a sentence for clients that speak HTTP to the native port
 */
record ConnectionContext(
    ClientSettings settings,
    Routes routes,
    SupportedVersions versions,
    HelloResponse greeting,
    String httpHint,
    ListenerObserver observer,
    RequestTimers timers) {}
