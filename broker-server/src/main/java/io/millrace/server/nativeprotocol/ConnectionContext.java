package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.settings.ConnectionSettings;
import io.millrace.server.settings.Limits;

/**
 * What all connections of a listener share.
 *
 * @param greeting the answer to every Hello
 * @param whereHttpIs told to those who speak HTTP to the native port, a sentence
 */
record ConnectionContext(
    Limits limits,
    ConnectionSettings timeouts,
    Routes routes,
    HelloResponse greeting,
    String whereHttpIs,
    ListenerObserver observer) {}
