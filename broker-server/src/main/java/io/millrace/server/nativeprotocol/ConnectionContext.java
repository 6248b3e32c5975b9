package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.server.listener.ClientSettings;
import io.millrace.server.listener.ListenerObserver;

/**
 * The objects that all connections of the listener share.
 *
 * @param greeting the answer to every HELLO
 * @param httpHint the sentence in the answer to HTTP on the native port that names the HTTP port
 */
record ConnectionContext(
    ClientSettings settings,
    Routes routes,
    HelloResponse greeting,
    String httpHint,
    ListenerObserver observer,
    RequestTimers timers) {}
