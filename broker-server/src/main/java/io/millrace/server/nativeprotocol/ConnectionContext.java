package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.HelloResponse;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.ListenerObserver;

/**
 * What all connections of a listener share.
 *
 * @param greeting the answer to every Hello
 * @param whereHttpIs told to those who speak HTTP to the native port, a sentence
 */
record ConnectionContext(
    ServerConfig.Limits limits,
    ServerConfig.Connections timeouts,
    Routes routes,
    HelloResponse greeting,
    String whereHttpIs,
    ListenerObserver observer) {}
