package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.listener.ClientSettings;
import io.millrace.server.listener.ListenerObserver;

/**
 * The objects that all connections of the listener share.
 *
 * @param versions of the wire that the listener supports; the greeting lists them
 * @param greeting the answer to every HELLO
 * @param httpHint the sentence in the answer to HTTP on the native port that names the HTTP port
 */
record ConnectionContext(
    ClientSettings settings,
    Routes routes,
    SupportedVersions versions,
    HelloResponse greeting,
    String httpHint,
    ListenerObserver observer,
    RequestTimers timers) {}
